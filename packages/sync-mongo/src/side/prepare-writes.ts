import { isSyncError, type Refusal } from '@bomba/sync-core';
import { type AnyBulkWriteOperation } from 'mongodb';
import { type Placed } from './group-by-collection.js';

/** The writes of a group, as far as there are any to send. */
export interface PreparedWrites<Entry> {
  /** What is sent, and the operations for it, in the same order. */
  readonly ready: readonly Placed<Entry>[];
  readonly operations: readonly AnyBulkWriteOperation[];
  /** What cannot be written as it is: never sent. */
  readonly refused: readonly { readonly index: number; readonly refusal: Refusal }[];
}

/** Makes the writes of a group. A state that the driver would alter is refused by itself, and holds up no other. */
export function prepareWrites<Entry>(
  group: readonly Placed<Entry>[],
  toOperation: (placed: Placed<Entry>) => AnyBulkWriteOperation,
): PreparedWrites<Entry> {
  const ready: Placed<Entry>[] = [];
  const operations: AnyBulkWriteOperation[] = [];
  const refused: PreparedWrites<Entry>['refused'][number][] = [];
  for (const placed of group) {
    const operation = orRefusal(() => toOperation(placed));
    if ('refused' in operation) refused.push({ index: placed.index, refusal: operation });
    else {
      ready.push(placed);
      operations.push(operation);
    }
  }
  return { ready, operations, refused };
}

/** What is made, or the refusal of a state that cannot be written as it is. */
export function orRefusal<Made>(make: () => Made): Made | Refusal {
  try {
    return make();
  } catch (error) {
    if (!isSyncError(error, 'SYNC_WRITE_NOT_EXACT')) throw error;
    return { refused: true, code: error.code, reason: error.message };
  }
}
