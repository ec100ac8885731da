/** Tells, of what passes a wire to a server, the requests that insert into a collection, or update it. */
export function isWriteTo(collection: string): (request: Buffer) => boolean {
  const length = Buffer.alloc(4);
  length.writeInt32LE(Buffer.byteLength(collection) + 1);
  // As BSON has it: the command's name, and the collection as its value.
  const named = ['insert', 'update'].map((command) =>
    Buffer.concat([Buffer.from(`\x02${command}\0`), length, Buffer.from(`${collection}\0`)]),
  );
  return (request) => named.some((bytes) => request.includes(bytes));
}
