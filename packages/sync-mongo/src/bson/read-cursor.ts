import { elementsOf } from './elements.js';

/** What a server answers about its cursor. */
export interface CursorAnswer {
  /** Zero: there is nothing behind the batch. */
  readonly id: bigint;
  /** The bytes of an array. */
  readonly nextBatch: Buffer;
}

const LONG = 0x12;
const ARRAY = 4;

/** Reads the `cursor` of an answer to a getMore. Throws a TypeError where it is none. */
export function readCursor(bytes: Buffer): CursorAnswer {
  const elements = elementsOf(bytes);
  const id = elements.find(({ name, type }) => name === 'id' && type === LONG);
  const batch = elements.find(({ name, type }) => name === 'nextBatch' && type === ARRAY);
  if (!id || !batch) throw new TypeError('a server has answered without a cursor');
  return { id: bytes.readBigInt64LE(id.valueStart), nextBatch: bytes.subarray(batch.valueStart, batch.end) };
}
