import { type DocumentKey } from '../document-key/document-key.js';
import { type Stamp } from '../protocol/stamp.js';
import { type OperationType, type SyncOperation } from './sync-operation.js';

/**
 * A waiting operation as the queue holds it. What the engine queues, a key and an id, becomes one short text of the type
 * and the sixteen bytes of the id: a third of what the object takes.
 */
export type PackedOperation = string | SyncOperation;

const TYPES: readonly OperationType[] = ['unknown', 'insert', 'update', 'delete'];
const PACKABLE: ReadonlySet<string> = new Set(['key', 'id', 'type'] satisfies (keyof SyncOperation)[]);
const HYPHENS_AFTER: ReadonlySet<number> = new Set([2, 3, 4, 5]);
/** Where the four-digit words of an id begin in its text. */
const WORD_STARTS: readonly number[] = [0, 4, 9, 14, 19, 24, 28, 32];
const WORD_COUNT = WORD_STARTS.length;
const WORD_DIGITS = 4;

/** Packs an operation; one that says more than key, id and type stays as it is. */
export function packOperation(operation: SyncOperation): PackedOperation {
  for (const name in operation) {
    if (!PACKABLE.has(name)) return operation;
  }
  let packed = String.fromCharCode(TYPES.indexOf(operation.type));
  for (const start of WORD_STARTS) {
    packed += String.fromCharCode(Number.parseInt(operation.id.slice(start, start + WORD_DIGITS), 16));
  }
  return packed;
}

/** The operation of a key, as it was packed. */
export function unpackOperation(key: DocumentKey, packed: PackedOperation): SyncOperation {
  if (typeof packed !== 'string') return packed;
  let id = '';
  for (let word = 1; word <= WORD_COUNT; word++) {
    if (HYPHENS_AFTER.has(word - 1)) id += '-';
    id += packed.charCodeAt(word).toString(16).padStart(WORD_DIGITS, '0');
  }
  return { key, id: id as Stamp, type: TYPES[packed.charCodeAt(0)] ?? 'unknown' };
}
