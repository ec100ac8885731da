import { BSON, type Document } from 'mongodb';
import { alone } from './alone.js';
import { asBuffer } from './as-buffer.js';
import { endOfName } from './end-of-name.js';
import { endOfValue, isSound } from './end-of-value.js';
import { exactScalar, isExactName, notExact } from './exact-scalar.js';
import { quickValue } from './quick-value.js';

const DOCUMENT = 3;
const ARRAY = 4;
const HEADER = 4;

/** One field of a BSON document, as a span of its bytes. */
export interface Element {
  readonly type: number;
  readonly name: string;
  /** Where the element begins, with its type byte. */
  readonly start: number;
  /** Where its value begins. */
  readonly valueStart: number;
  /** Behind its last byte. */
  readonly end: number;
}

/** The fields of a document, without decoding their values. */
export function elementsOf(bytes: Uint8Array): readonly Element[] {
  return quickElementsOf(asBuffer(bytes)) ?? parsed(bytes);
}

/** Null where anything is of a rare type, or is not as a driver writes it. */
function quickElementsOf(bytes: Buffer): readonly Element[] | null {
  if (!isSound(bytes, 0, bytes.length)) return null;
  const elements: Element[] = [];
  const limit = bytes.length - 1;
  for (let start = HEADER; start < limit;) {
    const nameEnd = endOfName(bytes, start + 1, limit);
    const [type, valueStart] = [bytes[start] ?? 0, nameEnd + 1];
    const end = nameEnd < 0 ? -1 : endOfValue(bytes, { type, from: valueStart, limit });
    if (end < 0) return null;
    elements.push({ type, name: bytes.toString('utf8', start + 1, nameEnd), start, valueStart, end });
    start = end;
  }
  return elements;
}

function parsed(bytes: Uint8Array): readonly Element[] {
  return [...BSON.onDemand.parseToElements(bytes)].map(([type, nameOffset, nameLength, offset, length]) => ({
    type,
    name: Buffer.from(bytes.buffer, bytes.byteOffset + nameOffset, nameLength).toString('utf8'),
    start: nameOffset - 1,
    valueStart: offset,
    end: offset + length,
  }));
}

/** The bytes of a field's value. */
export function valueBytes(bytes: Uint8Array, { valueStart, end }: Element): Uint8Array {
  return bytes.subarray(valueStart, end);
}

/**
 * A field's value, with its BSON type kept; documents become Maps, which keep the order of all names. Throws
 * SYNC_WRITE_NOT_EXACT where the driver would write it back as other bytes.
 */
export function valueOf(bytes: Uint8Array, element: Element, path = element.name): unknown {
  const { type } = element;
  const quick = quickValue(bytes, element);
  if (quick !== undefined) return quick;
  const value = valueBytes(bytes, element);
  if (type === DOCUMENT) return toOrderedDocument(value, `${path}.`);
  return type === ARRAY
    ? toList(value, path)
    : exactScalar({ type, value, path, toScope: toOrderedDocument });
}

/**
 * A document as a Map: the driver writes it back byte for byte, also with names that an object would reorder (`10`
 * before `9`) or take for something else (`__proto__`). Throws SYNC_WRITE_NOT_EXACT where it would not. `prefix`: where
 * the document stands in another one.
 */
export function toOrderedDocument(bytes: Uint8Array, prefix = ''): Map<string, unknown> {
  const document = new Map<string, unknown>();
  for (const element of fieldsOf(bytes, prefix)) {
    const path = prefix + element.name;
    if (document.has(element.name)) throw notExact(path, 'is there twice');
    if (!isExactName(bytes.subarray(element.start + 1, element.valueStart - 1), element.name))
      throw notExact(path, 'has a name that is not UTF-8');
    document.set(element.name, valueOf(bytes, element, path));
  }
  return document;
}

function toList(bytes: Uint8Array, path: string): readonly unknown[] {
  return fieldsOf(bytes, path).map((element, i) => {
    if (element.name !== String(i)) throw notExact(path, 'is an array whose items are not numbered in order');
    return valueOf(bytes, element, `${path}.${element.name}`);
  });
}

function fieldsOf(bytes: Uint8Array, path: string): readonly Element[] {
  try {
    return elementsOf(bytes);
  } catch (error) {
    throw notExact(path, 'is no sound BSON', error);
  }
}

/** A field's value as plain JavaScript, as the driver gives it to an application. */
export function plainValueOf(bytes: Uint8Array, element: Element): unknown {
  return toPlain(alone(element.type, valueBytes(bytes, element)))[''];
}

/** A document as plain JavaScript. Patterns that JavaScript has not stay BSON values. */
export function toPlain(bytes: Uint8Array): Document {
  try {
    return BSON.deserialize(bytes);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return BSON.deserialize(bytes, { bsonRegExp: true });
  }
}
