/**
 * BSON written by hand, from the specification (bsonspec.org) alone: neither the driver nor the package has a part in it, so
 * that it can bear witness against both.
 */

const END = Buffer.from([0]);

/** A value: its BSON type and its bytes. */
export interface RawValue {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** A field with its name; broken text can only be given as bytes. */
export type RawField = readonly [name: string | Uint8Array, value: RawValue];

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
const uint64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return bytes;
};
const cstring = (text: string | Uint8Array): Buffer => Buffer.concat([Buffer.from(text as string), END]);
const string = (text: string | Uint8Array): Buffer => {
  const bytes = cstring(text);
  return Buffer.concat([int32(bytes.length), bytes]);
};
const value = (type: number, ...parts: readonly Uint8Array[]): RawValue => ({
  type,
  bytes: Buffer.concat(parts),
});

/** The bytes of a whole document. */
export function rawDocument(fields: readonly RawField[]): Uint8Array {
  const elements = fields.map(([name, { type, bytes }]) =>
    Buffer.concat([Buffer.from([type]), cstring(name), bytes]),
  );
  const body = Buffer.concat([...elements, END]);
  return Buffer.concat([int32(body.length + 4), body]);
}

/** Values of every type. */
export const raw = {
  double: (bits: bigint) => value(1, uint64(bits)),
  string: (text: string | Uint8Array) => value(2, string(text)),
  document: (fields: readonly RawField[]) => value(3, rawDocument(fields)),
  array: (items: readonly RawValue[]) => value(4, rawDocument(items.map((item, i) => [String(i), item]))),
  numbered: (items: readonly RawField[]) => value(4, rawDocument(items)),
  binary: (subtype: number, bytes: Uint8Array) =>
    value(5, int32(bytes.length), Buffer.from([subtype]), bytes),
  /** The first kind of binary: its length is said twice. */
  oldBinary: (bytes: Uint8Array) =>
    value(5, int32(bytes.length + 4), Buffer.from([2]), int32(bytes.length), bytes),
  undefined: () => value(6),
  objectId: (bytes: Uint8Array) => value(7, bytes),
  boolean: (is: boolean) => value(8, Buffer.from([is ? 1 : 0])),
  date: (ms: bigint) => value(9, uint64(ms)),
  null: () => value(10),
  regex: (pattern: string, options: string) => value(11, cstring(pattern), cstring(options)),
  pointer: (collection: string, id: Uint8Array) => value(12, string(collection), id),
  code: (code: string) => value(13, string(code)),
  symbol: (text: string) => value(14, string(text)),
  codeWithScope: (code: string, scope: readonly RawField[]) => {
    const body = Buffer.concat([string(code), rawDocument(scope)]);
    return value(15, int32(body.length + 4), body);
  },
  int32: (number: number) => value(16, int32(number)),
  timestamp: (bits: bigint) => value(17, uint64(bits)),
  int64: (number: bigint) => value(18, uint64(number)),
  decimal: (bytes: Uint8Array) => value(19, bytes),
  minKey: () => value(255),
  maxKey: () => value(127),
} as const;

/** The bytes of a document with this `_id`, and these fields. */
export function rawWithId(id: RawValue, fields: readonly RawField[]): Uint8Array {
  return rawDocument([['_id', id], ...fields]);
}
