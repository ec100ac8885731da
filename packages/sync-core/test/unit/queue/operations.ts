import fc from 'fast-check';
import { createDocumentKey, type DocumentKey } from '../../../src/document-key/document-key.js';
import { type Stamp } from '../../../src/protocol/stamp.js';
import { type OperationType, type SyncOperation } from '../../../src/queue/sync-operation.js';
import { stampAt } from '../protocol/stamps.js';

/** One of a few keys, by number. */
export function keyOf(number: number): DocumentKey {
  return createDocumentKey('bills', `int:${number}`);
}

/** One of the dirty ids, by number, in their order. */
export function idOf(number: number): Stamp {
  return stampAt(number);
}

/** An operation on key 0, as examples need them. */
export function operation(type: OperationType, id: number, data?: SyncOperation['data']): SyncOperation {
  return { key: keyOf(0), id: idOf(id), type, ...(data && { data }) };
}

const anyData = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -3, max: 3 }), {
  noNullPrototype: true,
});

/** Any operation on one of `keyCount` keys, with or without what it set. */
export function anyOperation(keyCount: number): fc.Arbitrary<SyncOperation> {
  return fc.record(
    {
      key: fc.nat(keyCount - 1).map(keyOf),
      id: fc.nat(4).map(idOf),
      type: fc.constantFrom<OperationType>('insert', 'update', 'delete', 'unknown'),
      data: anyData,
      origin: fc.constantFrom('local' as const, 'atlas' as const),
    },
    { requiredKeys: ['key', 'id', 'type'] },
  );
}
