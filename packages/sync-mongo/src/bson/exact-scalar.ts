import { SyncError } from '@bomba/sync-core';
import { BSON, Code } from 'mongodb';
import { alone } from './alone.js';
import { fidelity } from './fidelity.js';

const STRING = 2;
const DATE = 9;
const CODE_WITH_SCOPE = 15;
const LENGTH_BYTES = 4;
/** Where the code begins in code with a scope: behind the length of all, and its own. */
const CODE_START = 2 * LENGTH_BYTES;
const BINARY = 5;
const VECTOR = 9;
const SUBTYPE_PLACE = 4;
/** What stands in text for bytes that are not UTF-8. */
export const REPLACEMENT = '\ufffd';

/** Types that the driver has a value for, whose bytes are those of the value whatever they are. */
const faithful: ReadonlySet<number> = new Set([1, 2, 7, 8, 10, 13, 14, 16, 17, 18, 19, 127, 255]);

/** A value that is neither a document nor an array, as its bytes. */
export interface ScalarBytes {
  readonly type: number;
  readonly value: Uint8Array;
  /** Names it, should it not be exact. */
  readonly path: string;
  /** Reads the scope of code. */
  readonly toScope: (bytes: Uint8Array, prefix: string) => ReadonlyMap<string, unknown>;
}

/**
 * A value that the driver writes back as the bytes it came from. Throws SYNC_WRITE_NOT_EXACT for what it cannot: dates that
 * JavaScript does not have, text that is not UTF-8, and kinds of values that the driver has no more.
 */
export function exactScalar(scalar: ScalarBytes): unknown {
  const { type, value, path } = scalar;
  if (type === CODE_WITH_SCOPE) return codeWithScope(scalar);
  const read = decode(scalar);
  if (type === DATE && Number.isNaN((read as Date).getTime()))
    throw notExact(path, 'is a date beyond what JavaScript can say');
  const isFaithful = faithful.has(type) || type === DATE || (type === BINARY && !isVector(value));
  if (!isFaithful && !isWrittenBack(read, alone(type, value)))
    throw notExact(path, `is a value (BSON type ${type}) that the driver does not write as it is`);
  return read;
}

/** The error for a field that cannot be written as it is stored. It names the field, never a value. */
export function notExact(path: string, what: string, cause?: unknown): SyncError {
  return new SyncError('SYNC_WRITE_NOT_EXACT', `The field "${path}" ${what}.`, { cause });
}

/** Whether the bytes of a name say that name: broken text is read as a replacement character. */
export function isExactName(bytes: Uint8Array, name: string): boolean {
  return !name.includes(REPLACEMENT) || Buffer.from(name).equals(bytes);
}

function decode({ type, value, path }: Omit<ScalarBytes, 'toScope'>): unknown {
  try {
    return BSON.deserialize(alone(type, value), fidelity)[''];
  } catch (error) {
    throw notExact(path, `is a value (BSON type ${type}) that the driver cannot read`, error);
  }
}

function isWrittenBack(read: unknown, bytes: Uint8Array): boolean {
  try {
    return Buffer.from(BSON.serialize(new Map([['', read]]))).equals(bytes);
  } catch {
    return false;
  }
}

/** The driver reads a scope as an object, which loses the order of names. */
function codeWithScope({ value, path, toScope }: ScalarBytes): Code {
  const { code, scope } = codeParts({ value, path });
  return new Code(code, toScope(scope, `${path}.`));
}

/** The text of code with a scope, and the document that is its scope. */
export function codeParts({ value, path }: Pick<ScalarBytes, 'value' | 'path'>): {
  readonly code: string;
  readonly scope: Uint8Array;
} {
  const codeLength = Buffer.from(value.buffer, value.byteOffset).readInt32LE(LENGTH_BYTES);
  const code = decode({ type: STRING, value: value.subarray(LENGTH_BYTES, CODE_START + codeLength), path });
  return { code: code as string, scope: value.subarray(CODE_START + codeLength) };
}

function isVector(value: Uint8Array): boolean {
  return value[SUBTYPE_PLACE] === VECTOR;
}
