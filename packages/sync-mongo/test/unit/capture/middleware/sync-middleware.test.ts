import { describe, expect, it, jest } from '@jest/globals';
import { HybridClock, SyncQueueManager } from '@bomba/sync-core';
import { documentKeyOf } from '../../../../src/bson/document-key.js';
import {
  createSyncMiddleware,
  type NotedOperation,
} from '../../../../src/capture/middleware/sync-middleware.js';

const clock = new HybridClock({
  clock: { now: () => 5 },
  random: { bytes: (count) => new Uint8Array(count) },
});
const collection = { collectionName: 'bills' };
const query = (filter: object): object => ({ model: { collection }, getFilter: () => filter });

function watched() {
  const noted: NotedOperation[] = [];
  const queue = { enqueue: (operation: NotedOperation) => noted.push(operation) };
  return { noted, hooks: createSyncMiddleware(queue, { clock, instanceId: 'i' }) };
}
const summary = (noted: readonly NotedOperation[]): unknown[] =>
  noted.map(({ type, documentId }) => [type, documentId]);

describe('the hooks of a schema', () => {
  it('note an insertion and an update by save', () => {
    const { noted, hooks } = watched();
    hooks.postSave({ _id: 1, collection, $__: { inserting: true } });
    hooks.postSave({ _id: 1, collection, $__: { inserting: false } });
    expect(summary(noted)).toEqual([
      ['insert', 1],
      ['update', 1],
    ]);
    expect(noted[0]).toMatchObject({
      ...{ key: documentKeyOf('bills', 1), collection: 'bills', origin: 'local', instanceId: 'i' },
      timestamp: new Date(5),
    });
  });

  it('note each document of an insertion of many', () => {
    const { noted, hooks } = watched();
    hooks.postInsertMany([
      { _id: 1, collection },
      { _id: 2, collection },
    ]);
    expect(summary(noted)).toEqual([
      ['insert', 1],
      ['insert', 2],
    ]);
  });

  it('note an update by the document found, the one inserted, or the one its filter names', () => {
    const { noted, hooks } = watched();
    hooks.postUpdate.call(query({ a: 1 }), { _id: 1 });
    hooks.postUpdate.call(query({ a: 1 }), { upsertedId: 2 });
    hooks.postUpdate.call(query({ _id: 3 }), { upsertedId: null });
    hooks.postUpdate.call(query({ a: 1 }), { matchedCount: 5 });
    expect(summary(noted)).toEqual([1, 2, 3].map((id) => ['update', id]));
  });

  it('note a removal, of a query or of a document', () => {
    const { noted, hooks } = watched();
    hooks.postRemove.call(query({ _id: 1 }), { deletedCount: 1 });
    hooks.postRemove.call({ _id: 2, collection }, undefined);
    hooks.postRemove.call(undefined, { _id: 3, collection });
    expect(summary(noted)).toEqual([1, 2, 3].map((id) => ['delete', id]));
  });

  it('go on whatever happens, and never throw', () => {
    const next = jest.fn();
    const broken = createSyncMiddleware(
      {
        enqueue: () => {
          throw new Error('full');
        },
      },
      { clock },
    );
    broken.postSave({ _id: 1, collection }, next);
    broken.postUpdate.call(query({ _id: 1 }), null, next);
    broken.postRemove.call(null, null, next);
    broken.postInsertMany(undefined, next);
    expect(next).toHaveBeenCalledTimes(4);
  });

  it('do nothing where sync is switched off', () => {
    const enqueue = jest.fn();
    const next = jest.fn();
    createSyncMiddleware({ enqueue }, { clock, enabled: false }).postSave({ _id: 1, collection }, next);
    expect([enqueue.mock.calls.length, next.mock.calls.length]).toEqual([0, 1]);
  });

  it('fill the queue of the engine', () => {
    const queue = new SyncQueueManager();
    createSyncMiddleware(queue, { clock }).postSave({ _id: 1, collection });
    expect(queue.pendingOperations.get(documentKeyOf('bills', 1))).toMatchObject({ type: 'update' });
  });
});
