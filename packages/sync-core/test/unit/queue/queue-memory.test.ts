import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createDocumentKey, type DocumentKey } from '../../../src/document-key/document-key.js';
import { createStamp } from '../../../src/protocol/stamp.js';
import { SyncQueueManager } from '../../../src/queue/sync-queue-manager.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const KEY_COUNT = 100_000;
const STABLE_BYTES = 50_000;

/** A key as the engine makes it of an ObjectId. */
function keyOf(number: number): DocumentKey {
  return createDocumentKey('customer_orders', `oid:66f0a1b2${number.toString(16).padStart(16, '0')}`);
}

function idOf(number: number): ReturnType<typeof createStamp> {
  return createStamp({ timeMs: 1_760_000_000_000 + number, counter: 0, random: new Uint8Array(16) });
}

/** The heap in use once nothing more is collected: what earlier tests have left goes in several rounds. */
async function usedBytes(): Promise<number> {
  let [before, used] = [Infinity, process.memoryUsage().heapUsed];
  while (before - used > STABLE_BYTES) {
    for (let round = 0; round < 3; round += 1) {
      collectGarbage();
      await setImmediate();
    }
    [before, used] = [used, process.memoryUsage().heapUsed];
  }
  return used;
}

function fill(queue: SyncQueueManager): void {
  for (let number = 0; number < KEY_COUNT; number++)
    queue.enqueue({ key: keyOf(number), id: idOf(number), type: 'unknown' });
}

describe('the memory of a queue', () => {
  it('is at most 160 bytes for each waiting key', async () => {
    const held = [new SyncQueueManager({ maxSize: KEY_COUNT })];
    held.forEach(fill);
    const withQueue = await usedBytes();
    expect(held.pop()?.size).toBe(KEY_COUNT);
    // What goes with the queue is what it took.
    const bytesPerKey = (withQueue - (await usedBytes())) / KEY_COUNT;
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
