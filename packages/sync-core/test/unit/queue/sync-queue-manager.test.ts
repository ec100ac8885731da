import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SyncQueueManager } from '../../../src/queue/sync-queue-manager.js';
import { type SyncOperation } from '../../../src/queue/sync-operation.js';
import { anyOperation, idOf, keyOf, operation } from './operations.js';

function write(key: number, id: number): SyncOperation {
  return { key: keyOf(key), id: idOf(id), type: 'update' };
}

function queueOf(...operations: readonly SyncOperation[]): SyncQueueManager {
  const queue = new SyncQueueManager();
  operations.forEach((each) => queue.enqueue(each));
  return queue;
}

describe('SyncQueueManager', () => {
  it('gives back in the order of arrival, and nothing when it is empty', () => {
    const queue = queueOf(write(2, 1), write(1, 2), write(3, 3));
    expect(queue.dequeue()).toEqual(write(2, 1));
    expect(queue.dequeue()).toEqual(write(1, 2));
    expect(queue.dequeue()).toEqual(write(3, 3));
    expect(queue.dequeue()).toBeNull();
  });

  it('goes on after it was empty', () => {
    const queue = queueOf(write(1, 1));
    queue.dequeue();
    queue.dequeue();
    queue.enqueue(write(1, 2));
    expect(queue.dequeue()).toEqual(write(1, 2));
  });

  it('gives back batches of at most the limit', () => {
    const queue = queueOf(write(1, 1), write(2, 2), write(3, 3));
    expect(queue.dequeueBatch(0)).toEqual([]);
    expect(queue.dequeueBatch(2)).toEqual([write(1, 1), write(2, 2)]);
    expect(queue.dequeueBatch(2)).toEqual([write(3, 3)]);
    expect(queue.isEmpty).toBe(true);
  });

  it('keeps one entry per key, merged and at its first place', () => {
    const queue = queueOf(operation('insert', 1, { a: 1 }), write(1, 2));
    expect(queue.enqueue(operation('update', 3, { b: 2 }))).toBe('merged');
    expect(queue.size).toBe(2);
    expect(queue.dequeue()).toEqual(operation('insert', 3, { a: 1, b: 2 }));
  });

  it('does not forget what it knows of a write when a scan of the index finds the same write', () => {
    const queue = queueOf(operation('insert', 1, { a: 1 }));
    expect(queue.enqueue(operation('unknown', 1))).toBe('merged');
    expect(queue.dequeue()).toEqual(operation('insert', 1, { a: 1 }));
  });

  it('takes over the id of another write that a scan of the index finds, even of a lower one', () => {
    const queue = queueOf(operation('insert', 2, { a: 1 }));
    queue.enqueue(operation('unknown', 1));
    expect(queue.dequeue()).toEqual(operation('unknown', 1));
  });

  it('refuses new keys when it is full, and says once that the index must be scanned again', () => {
    const queue = new SyncQueueManager({ maxSize: 1 });
    expect(queue.enqueue(write(1, 1))).toBe('queued');
    expect(queue.takeOverflowed()).toBe(false);
    expect(queue.enqueue(write(2, 2))).toBe('refused');
    expect(queue.size).toBe(1);
    expect(queue.takeOverflowed()).toBe(true);
    expect(queue.takeOverflowed()).toBe(false);
  });

  it('still merges when it is full', () => {
    const queue = new SyncQueueManager({ maxSize: 1 });
    queue.enqueue(write(1, 1));
    expect(queue.enqueue(write(1, 2))).toBe('merged');
    expect(queue.takeOverflowed()).toBe(false);
  });

  it('drops an acknowledged write that was queued again in the meantime', () => {
    const queue = queueOf(write(1, 1));
    queue.dequeue();
    queue.enqueue(write(1, 1));
    expect(queue.acknowledge(keyOf(1), idOf(1))).toBe(true);
    expect(queue.isEmpty).toBe(true);
  });

  it('keeps a write that came after the acknowledged one', () => {
    const queue = queueOf(write(1, 2));
    expect(queue.acknowledge(keyOf(1), idOf(1))).toBe(false);
    expect(queue.dequeue()).toEqual(write(1, 2));
  });

  it('is not troubled by an acknowledgement of what does not wait', () => {
    expect(new SyncQueueManager().acknowledge(keyOf(1), idOf(1))).toBe(false);
  });

  it('holds 10,000 keys by default', () => {
    expect(new SyncQueueManager().maxSize).toBe(10_000);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a limit of %d', (maxSize) => {
    expect(() => new SyncQueueManager({ maxSize })).toThrow(
      expect.objectContaining({ code: 'SYNC_CONFIG_INVALID' }),
    );
  });

  it('**Feature: dual-mongodb-sync, Property 3: Sync queue ordering preservation**', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(50), { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        (keys, limit) => {
          const operations = keys.map((key, i) => write(key, i));
          const queue = queueOf(...operations);
          const drained: SyncOperation[] = [];
          while (!queue.isEmpty) drained.push(...queue.dequeueBatch(limit));
          expect(drained).toEqual(operations);
        },
      ),
    );
  });

  it('**Feature: dual-mongodb-sync, Property 16: Duplicate operation detection**', () => {
    fc.assert(
      fc.property(fc.array(anyOperation(8), { maxLength: 20 }), anyOperation(8), (operations, next) => {
        const queue = queueOf(...operations);
        const sameKey = operations.filter(({ key }) => key === next.key);
        const duplicate = queue.detectDuplicate(next);
        expect(duplicate !== null).toBe(sameKey.length > 0);
        expect(duplicate?.id).toBe(sameKey.at(-1)?.id);
        expect(queue.pendingOperations.get(next.key) ?? null).toEqual(duplicate);
        expect(queue.enqueue(next)).toBe(duplicate ? 'merged' : 'queued');
        expect(queue.size).toBe(new Set([...operations, next].map(({ key }) => key)).size);
      }),
    );
  });
});
