import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pushTurn } from '../../../src/push/push-turn.js';
import { PushWork } from '../../../src/push/push-work.js';
import { SyncQueueManager } from '../../../src/queue/sync-queue-manager.js';
import { stampAt } from '../protocol/stamps.js';
import { TwoSides } from '../two-sides.js';
import { keyOf } from './operations.js';

/** What waits on a Local: writes and deletions of some keys, each with its id. */
const anyBacklog = fc.uniqueArray(
  fc.record({ key: fc.nat(30).map(keyOf), isDeleted: fc.boolean(), at: fc.integer({ min: 2, max: 90 }) }),
  { selector: ({ key }) => key, maxLength: 20 },
);
type Backlog = typeof anyBacklog extends fc.Arbitrary<infer T> ? T : never;

const BATCH_SIZE = 3;

/** A Local with that backlog; all its keys are on Atlas in an older version. */
function localWith(backlog: Backlog): TwoSides {
  const sides = new TwoSides();
  for (const { key, isDeleted, at } of backlog) {
    sides.share(key, stampAt(1));
    if (isDeleted) sides.delete(key, stampAt(at));
    else sides.write(key, stampAt(at), at);
  }
  return sides;
}

/** One life of a process: it has heard of some writes, and takes some turns of push. Its queue ends with it. */
function live(sides: TwoSides, { maxSize, heard, turnCount }: Life): void {
  const queue = new SyncQueueManager({ maxSize });
  for (const key of heard) queue.enqueue({ key, id: stampAt(0), type: 'unknown' });
  const options = { work: new PushWork(queue), batchSize: Math.min(BATCH_SIZE, maxSize) };
  for (let turn = 0; turn < turnCount; turn++) {
    if (sides.run(pushTurn(sides.context, options)).result.finished) return;
  }
}

const anyLife = fc.record({
  maxSize: fc.integer({ min: 1, max: 8 }),
  heard: fc.array(fc.nat(30).map(keyOf), { maxLength: 12 }),
  turnCount: fc.nat(6),
});
type Life = typeof anyLife extends fc.Arbitrary<infer T> ? T : never;

describe('what waits to be pushed', () => {
  it('**Feature: dual-mongodb-sync, Property 12: Queue persistence and recovery**', () => {
    fc.assert(
      fc.property(anyBacklog, fc.array(anyLife, { maxLength: 4 }), (backlog, lives) => {
        const sides = localWith(backlog);
        for (const each of lives) live(sides, each);
        live(sides, { maxSize: 5, heard: [], turnCount: 200 });
        for (const { key, isDeleted, at } of backlog) {
          expect(sides.onAtlas(key)).toEqual(isDeleted ? null : { content: at, stamp: stampAt(at) });
          expect(sides.local.documents.get(key)?.dirty ?? null).toBeNull();
          expect(sides.local.tombstones.get(key)?.pending ?? null).toBeNull();
        }
        expect(sides.kept).toEqual([]);
      }),
    );
  });
});
