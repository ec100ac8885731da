import { BSON } from 'mongodb';
import { fidelity } from './fidelity.js';

const DOCUMENT = 3;
const ARRAY = 4;
const HEADER_LENGTH = 4;

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
  return [...BSON.onDemand.parseToElements(bytes)].map(([type, nameOffset, nameLength, offset, length]) => ({
    type,
    name: Buffer.from(bytes.buffer, bytes.byteOffset + nameOffset, nameLength).toString('utf8'),
    start: nameOffset - 1,
    valueStart: offset,
    end: offset + length,
  }));
}

/** A field's value, with its BSON type kept; documents become Maps, which keep the order of all names. */
export function valueOf(bytes: Uint8Array, { type, valueStart, end }: Element): unknown {
  const value = bytes.subarray(valueStart, end);
  if (type === DOCUMENT) return toOrderedDocument(value);
  if (type === ARRAY) return elementsOf(value).map((element) => valueOf(value, element));
  return scalarOf(type, value);
}

/**
 * A document as a Map: the driver writes it back byte for byte, also with names that an object would reorder (`10`
 * before `9`) or take for something else (`__proto__`).
 */
export function toOrderedDocument(bytes: Uint8Array): Map<string, unknown> {
  return new Map(elementsOf(bytes).map((element) => [element.name, valueOf(bytes, element)]));
}

/** A field's value as plain JavaScript, as the driver gives it to an application. */
export function plainValueOf(bytes: Uint8Array, { type, valueStart, end }: Element): unknown {
  return BSON.deserialize(alone(type, bytes.subarray(valueStart, end)))[''];
}

function scalarOf(type: number, value: Uint8Array): unknown {
  return BSON.deserialize(alone(type, value), fidelity)[''];
}

/** One value by itself, in a document of one field without a name. */
function alone(type: number, value: Uint8Array): Uint8Array {
  const document = Buffer.alloc(HEADER_LENGTH + 2 + value.length + 1);
  document.writeInt32LE(document.length, 0);
  document[HEADER_LENGTH] = type;
  document.set(value, HEADER_LENGTH + 2);
  return document;
}
