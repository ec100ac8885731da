import { hasId } from './document-layout.js';

const TYPE_AT = 4;
/** Behind the document's length, the type of its first field, and the name `_id`. */
const VALUE_AT = 9;
const STRING = 2;
const BEYOND_ASCII = 0x80;

/** Numbers and ObjectIds: whatever their bytes, a filter can name them. */
const anyValue: ReadonlySet<number> = new Set([0x01, 0x07, 0x10, 0x12]);

/** Whether the `_id` of the document there plainly is one that a filter can name; false says nothing. */
export function hasNameableId(bytes: Buffer, start = 0, end = bytes.length): boolean {
  if (!hasId(bytes, start, end)) return false;
  const type = bytes[start + TYPE_AT] ?? 0;
  return anyValue.has(type) || (type === STRING && isAsciiText(bytes, start + VALUE_AT, end));
}

function isAsciiText(bytes: Buffer, at: number, limit: number): boolean {
  const from = at + 4;
  const end = from > limit ? -1 : from + bytes.readInt32LE(at) - 1;
  if (end < from || end >= limit || bytes[end] !== 0) return false;
  for (let i = from; i < end; i++) if ((bytes[i] ?? BEYOND_ASCII) >= BEYOND_ASCII) return false;
  return true;
}
