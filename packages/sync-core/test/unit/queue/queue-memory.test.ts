import { describe, expect, it } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createDocumentKey, type DocumentKey } from '../../../src/document-key/document-key.js';
import { createStamp } from '../../../src/protocol/stamp.js';
import { SyncQueueManager } from '../../../src/queue/sync-queue-manager.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const KEY_COUNT = 100_000;

/** A key as the engine makes it of an ObjectId. */
function keyOf(number: number): DocumentKey {
  return createDocumentKey('customer_orders', `oid:66f0a1b2${number.toString(16).padStart(16, '0')}`);
}

function idOf(number: number): ReturnType<typeof createStamp> {
  return createStamp({ timeMs: 1_760_000_000_000 + number, counter: 0, random: new Uint8Array(16) });
}

function usedBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function fill(queue: SyncQueueManager): void {
  for (let number = 0; number < KEY_COUNT; number++)
    queue.enqueue({ key: keyOf(number), id: idOf(number), type: 'unknown' });
}

describe('the memory of a queue', () => {
  it('is at most 160 bytes for each waiting key', () => {
    fill(new SyncQueueManager({ maxSize: KEY_COUNT })); // what is made once, such as compiled code, is not counted
    const queue = new SyncQueueManager({ maxSize: KEY_COUNT });
    const before = usedBytes();
    fill(queue);
    const bytesPerKey = (usedBytes() - before) / queue.size;
    expect(queue.size).toBe(KEY_COUNT);
    expect(bytesPerKey).toBeGreaterThan(40);
    expect(bytesPerKey).toBeLessThanOrEqual(160);
  });

  it('does not grow with the backlog beyond its limit', () => {
    const queue = new SyncQueueManager({ maxSize: 1_000 });
    fill(queue);
    expect(queue.size).toBe(1_000);
    expect(queue.takeOverflowed()).toBe(true);
  });
});
