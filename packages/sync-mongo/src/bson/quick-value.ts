import { Binary, Double, Int32, Long, ObjectId, UUID } from 'mongodb';
import { asBuffer } from './as-buffer.js';
import { type Element } from './elements.js';
import { REPLACEMENT } from './exact-scalar.js';

type ValueSpan = Pick<Element, 'type' | 'valueStart' | 'end'>;

const LENGTH_BYTES = 4;
const BINARY_HEADER = 5;
/** The subtypes of binaries that the driver reads as something else than their bytes. */
const OLD = 2;
const IDENTIFIER = 4;
const VECTOR = 9;
const IDENTIFIER_LENGTH = 16;
const TWO_TO_32 = 2 ** 32;

/**
 * A value of the types that nearly all values are of, as the driver decodes it for `fidelity`, read from where it stands;
 * undefined where it is of another type, or its bytes may not be what the driver writes: then `exactScalar` tells.
 */
export function quickValue(document: Uint8Array, { type, valueStart: from, end }: ValueSpan): unknown {
  const bytes = asBuffer(document);
  switch (type) {
    case 0x01:
      return doubleOf(bytes.readDoubleLE(from));
    case 0x02:
      return textOf(bytes, from + LENGTH_BYTES, end - 1);
    case 0x05:
      return binaryOf(bytes[from + LENGTH_BYTES] ?? OLD, bytes.subarray(from + BINARY_HEADER, end));
    case 0x07:
      return new ObjectId(bytes.subarray(from, end));
    case 0x08:
      return booleanOf(bytes[from]);
    case 0x09:
      return dateOf(bytes, from);
    case 0x0a:
      return null;
    case 0x10:
      return new Int32(bytes.readInt32LE(from));
    case 0x12:
      return new Long(bytes.readInt32LE(from), bytes.readInt32LE(from + LENGTH_BYTES));
    default:
      return undefined;
  }
}

/** Of what is no number there are many, and they may lose their bits on the way. */
function doubleOf(value: number): Double | undefined {
  return Number.isNaN(value) ? undefined : new Double(value);
}

function binaryOf(subtype: number, value: Buffer): Binary | undefined {
  if (subtype === OLD || subtype === VECTOR) return undefined;
  const isIdentifier = subtype === IDENTIFIER && value.length === IDENTIFIER_LENGTH;
  return isIdentifier ? new UUID(value) : new Binary(value, subtype);
}

/** Broken text is read with a replacement character; so is whole text that has one. */
function textOf(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes[end] === 0 ? bytes.toString('utf8', start, end) : REPLACEMENT;
  return text.includes(REPLACEMENT) ? undefined : text;
}

function booleanOf(byte: number | undefined): boolean | undefined {
  return byte === 0 || byte === 1 ? byte === 1 : undefined;
}

function dateOf(bytes: Buffer, from: number): Date | undefined {
  const ms = bytes.readInt32LE(from + LENGTH_BYTES) * TWO_TO_32 + bytes.readUInt32LE(from);
  return Number.isSafeInteger(ms) && !Number.isNaN(new Date(ms).getTime()) ? new Date(ms) : undefined;
}
