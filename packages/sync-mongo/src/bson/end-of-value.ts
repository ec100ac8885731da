/** A value within a document, by its type (bsonspec.org). */
export interface ValuePlace {
  readonly type: number;
  readonly from: number;
  /** No value reaches beyond. */
  readonly limit: number;
}

const SHORTEST = 5;

/** Where a value ends; -1 where that cannot be told, or lies beyond the limit. */
export function endOfValue(bytes: Buffer, { type, from, limit }: ValuePlace): number {
  const length = lengthOf(bytes, type, from);
  return length < 0 || from + length > limit ? -1 : from + length;
}

/** Whether a document says the length that it has, and ends as one. */
export function isSound(bytes: Buffer, start: number, end: number): boolean {
  return end - start >= SHORTEST && int32(bytes, start) === end - start && bytes[end - 1] === 0;
}

function lengthOf(bytes: Buffer, type: number, at: number): number {
  switch (type) {
    case 0x01: // double
    case 0x09: // date
    case 0x11: // timestamp
    case 0x12: // long
      return 8;
    case 0x02: // string
      return 4 + atLeast(1, int32(bytes, at));
    case 0x03: // document
    case 0x04: // array
      return atLeast(SHORTEST, int32(bytes, at));
    case 0x05: // binary
      return 5 + atLeast(0, int32(bytes, at));
    case 0x07: // ObjectId
      return 12;
    case 0x08: // boolean
      return 1;
    case 0x0a: // null
      return 0;
    case 0x10: // int
      return 4;
    case 0x13: // decimal
      return 16;
    default: // patterns, code, and what nobody writes any more
      return -1;
  }
}

function atLeast(least: number, length: number): number {
  return length < least ? Number.NEGATIVE_INFINITY : length;
}

function int32(bytes: Buffer, at: number): number {
  return at + 4 <= bytes.length ? bytes.readInt32LE(at) : -1;
}
