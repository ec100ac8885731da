import { describe, expect, it } from '@jest/globals';
import { pullBatch } from '../../../src/pull/pull-batch.js';
import { pushBatch } from '../../../src/push/push-batch.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { type Stamp } from '../../../src/protocol/stamp.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { type Interference, losingAnswersOf, Unanswered } from '../run-step.js';
import { TwoSides } from '../two-sides.js';

const keys = [keyOf(0), keyOf(1)] as const;
const [key] = keys;

class Died extends Error {}

/** The process dies right after the first write on Local of a document's marks or content. */
function dyingAfterLocalWrite(beforeIt: () => void = () => undefined): Interference {
  let count = 0;
  return {
    before: ({ op }) => {
      if (count > 0) throw new Died();
      if (op !== 'amend' && op !== 'store') return;
      count++;
      beforeIt();
    },
  };
}

/** What the stream has shown by now; returns the keys for which the position stays behind. */
function pull(sides: TwoSides): readonly unknown[] {
  const { unsettled, waiting } = sides.run(pullBatch(sides.context, sides.atlas.events.splice(0))).result;
  return [...unsettled, ...waiting];
}

/** Whether a new process will look at the key: it is dirty, the position is behind it, or nothing is left to do. */
function expectNotForgotten(sides: TwoSides, held: readonly unknown[]): void {
  const isDirty = sides.local.documents.get(key)?.dirty != null;
  const isSettled = sides.onLocal(key)?.content === sides.onAtlas(key)?.content;
  expect(isDirty || isSettled || held.includes(key)).toBe(true);
}

describe('a process that dies in the middle of a turn', () => {
  it.each([[[key]], [keys]])(
    'leaves nothing old behind a write that changed nothing, met by what pull has left to push',
    (some) => {
      const sides = new TwoSides();
      for (const each of some) {
        sides.share(each, v(1), 1);
        sides.write(each, v(3), 1);
        sides.writeOnAtlas(each, v(5), 5);
      }
      const held = pull(sides);
      const { leftOver } = sides.run(pushBatch(sides.context, some)).result;
      expect(() => sides.run(reconcile(sides.context, leftOver), dyingAfterLocalWrite())).toThrow(Died);
      expectNotForgotten(sides, held);
    },
  );

  it.each<[string, Stamp | null, number]>([
    ['acknowledged for its bytes', v(1), 5],
    ['a document that is new on both sides, acknowledged for its bytes', null, 5],
  ])('has pull hold what came meanwhile to %s', (_, base, content) => {
    const sides = new TwoSides();
    if (base) sides.share(key, base, 1);
    sides.write(key, v(3), content);
    sides.writeOnAtlas(key, v(5), 5);
    pull(sides);
    let held: readonly unknown[] = [];
    const meanwhile = dyingAfterLocalWrite(() => {
      sides.writeOnAtlas(key, v(7), 7);
      held = pull(sides);
    });
    expect(() => sides.run(reconcile(sides.context, [key]), meanwhile)).toThrow(Died);
    expectNotForgotten(sides, held);
  });

  it('is in nobody’s way any more where the turn has ended', () => {
    const sides = new TwoSides();
    sides.share(key, v(1), 1);
    sides.run(reconcile(sides.context, keys));
    expect(sides.context.pushes.turns.areAny).toBe(false);
    expect(() => sides.run(reconcile(sides.context, keys), losingAnswersOf('readSent'))).toThrow(Unanswered);
    expect(sides.context.pushes.turns.areAny).toBe(false);
  });
});
