import { hasId } from './document-layout.js';

const TYPE_AT = 4;
/** Behind the document's length, the type of its first field, and the name `_id`. */
const VALUE_AT = 9;
const STRING = 2;
const BEYOND_ASCII = 0x80;

/** Numbers and ObjectIds: whatever their bytes, a filter can name them. */
const anyValue: ReadonlySet<number> = new Set([0x01, 0x07, 0x10, 0x12]);

/** Whether a document's `_id` plainly is one that a filter can name; false says nothing. */
export function hasNameableId(bytes: Buffer): boolean {
  if (!hasId(bytes)) return false;
  const type = bytes[TYPE_AT] ?? 0;
  return anyValue.has(type) || (type === STRING && isAsciiText(bytes));
}

function isAsciiText(bytes: Buffer): boolean {
  const from = VALUE_AT + 4;
  const end = from + bytes.readInt32LE(VALUE_AT) - 1;
  if (end < from || end >= bytes.length || bytes[end] !== 0) return false;
  for (let at = from; at < end; at++) if ((bytes[at] ?? BEYOND_ASCII) >= BEYOND_ASCII) return false;
  return true;
}
