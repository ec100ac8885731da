import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Operation, type Step } from '../../../src/operations/operation.js';
import { sameWrite } from '../../../src/protocol/stamp.js';
import { pullBatch } from '../../../src/pull/pull-batch.js';
import { pushBatch } from '../../../src/push/push-batch.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { TwoSides } from '../two-sides.js';

const key = keyOf(0);

/** How long the answer to a push is on its way: long enough for a look to overtake it in many of the orders. */
const PUSH_STAGES = 5;

/**
 * Runs a step whose requests to Atlas and changes of Local happen, and are answered, when the scheduler says so. What it
 * reads on Local it reads at once: else a look would hardly ever overtake an acknowledgement.
 */
async function drive<Result>(sides: TwoSides, step: Step<Result>, scheduler: fc.Scheduler): Promise<Result> {
  let turn = step.next();
  while (!turn.done) {
    const { value: operation } = turn;
    const isAtOnce = operation.side === 'local' && operation.op.startsWith('read');
    if (!isAtOnce) await scheduler.schedule(Promise.resolve(), operation.op);
    const answer = perform(sides, operation);
    const stages = isAtOnce ? 0 : operation.op === 'push' ? PUSH_STAGES : 1;
    for (let stage = 0; stage < stages; stage++)
      await scheduler.schedule(Promise.resolve(), `answer to ${operation.op}`);
    turn = step.next(answer);
  }
  return turn.value;
}

function perform({ local, atlas }: TwoSides, operation: Operation): unknown {
  if (operation.side === 'local') return local.perform(operation);
  return operation.side === 'atlas' ? atlas.perform(operation) : undefined;
}

/** Another branch, as soon as it has seen the push, writes on top of it. */
async function writeOnTop(sides: TwoSides, scheduler: fc.Scheduler): Promise<void> {
  while (!sameWrite(sides.onAtlas(key)?.stamp ?? null, v(2)))
    await scheduler.schedule(Promise.resolve(), 'another branch looks');
  sides.writeOnAtlas(key, v(5), 5);
}

describe('push beside looks at the same key', () => {
  it('ends with what another branch wrote on top of it and without a conflict, in any order of what happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 3 }), async (scheduler, lookCount) => {
        const sides = new TwoSides();
        sides.share(key, v(1));
        sides.write(key, v(2), 2);
        const look = async (): Promise<void> => {
          for (let count = 0; count < lookCount; count++)
            await drive(sides, pullBatch(sides.context, [{ kind: 'hint', key }]), scheduler);
        };
        await scheduler.waitFor(
          Promise.all([
            drive(sides, pushBatch(sides.context, [key]), scheduler),
            look(),
            writeOnTop(sides, scheduler),
          ]),
        );
        expect(sides.kept).toEqual([]);
        sides.run(pullBatch(sides.context, sides.atlas.events));
        sides.run(reconcile(sides.context, [key]));
        expect(sides.onLocal(key)).toEqual({ content: 5, stamp: v(5) });
        expect(sides.kept).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
