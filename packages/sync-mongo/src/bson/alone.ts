const HEADER_LENGTH = 4;

/** One value by itself, in a document of one field without a name. */
export function alone(type: number, value: Uint8Array): Uint8Array {
  const document = Buffer.alloc(HEADER_LENGTH + 2 + value.length + 1);
  document.writeInt32LE(document.length, 0);
  document[HEADER_LENGTH] = type;
  document.set(value, HEADER_LENGTH + 2);
  return document;
}
