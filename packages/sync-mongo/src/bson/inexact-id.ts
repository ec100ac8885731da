import { isSyncError } from '@bomba/sync-core';
import { type Element, valueOf } from './elements.js';

/**
 * The `_id` of a stored document that the driver cannot write as it is, such as a date that JavaScript does not have: no
 * filter can name it. Such a document keeps its place and stays there alone.
 */
export class InexactId {
  readonly type: number;
  readonly bytes: Uint8Array;

  constructor(type: number, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }

  /** In a filter: an array, which no `_id` is. */
  toBSON(): readonly never[] {
    return [];
  }
}

/** The document that has such an `_id` and nothing else. */
export function documentOfInexactId({ type, bytes }: InexactId): Uint8Array {
  const name = Buffer.from('_id\0');
  const length = Buffer.alloc(4);
  length.writeInt32LE(4 + 1 + name.length + bytes.length + 1);
  return Buffer.concat([length, Buffer.of(type), name, bytes, Buffer.of(0)]);
}

/** The `_id` of a document as it is stored. */
export function storedIdOf(raw: Uint8Array, element: Element): unknown {
  try {
    return valueOf(raw, element);
  } catch (error) {
    if (!isSyncError(error, 'SYNC_WRITE_NOT_EXACT')) throw error;
    return new InexactId(element.type, raw.slice(element.valueStart, element.end));
  }
}
