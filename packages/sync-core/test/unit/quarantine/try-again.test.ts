import { describe, expect, it } from '@jest/globals';
import { markOf } from '../../../src/memory/memory-quarantined.js';
import { pushBatch } from '../../../src/push/push-batch.js';
import { type QuarantineMark } from '../../../src/quarantine/quarantine-record.js';
import { sweepQuarantine } from '../../../src/quarantine/sweep-quarantine.js';
import { tryAgain } from '../../../src/quarantine/try-again.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { writesOf } from '../run-step.js';
import { refusal, refusedBy, TwoSides } from '../two-sides.js';

const key = keyOf(0);
const all = { after: null, limit: 10 };
const refusesPush = {
  answer: ({ op }: { readonly op: string }) =>
    op === 'push' ? { storedCount: 0, refused: [{ index: 0, refusal }] } : undefined,
};

/** A new document that Atlas refused. */
function refusedPush(): TwoSides {
  const sides = new TwoSides();
  sides.write(key, v(2), 2);
  sides.run(pushBatch(sides.context, [key]), refusesPush);
  return sides;
}

const marksOf = ({ local }: TwoSides): readonly QuarantineMark[] =>
  [...local.quarantine].flatMap(([id, entry]) => markOf(id, entry) ?? []);

describe('a refused write that is tried again', () => {
  it('is pushed, and its entry goes', () => {
    const sides = refusedPush();
    expect(sides.local.documents.get(key)).toMatchObject({ held: true });
    sides.run(tryAgain(marksOf(sides)));
    sides.run(pushBatch(sides.context, [key]));
    sides.run(sweepQuarantine(all));
    expect(sides.onAtlas(key)).toEqual({ content: 2, stamp: v(2) });
    expect(marksOf(sides)).toEqual([]);
  });

  it('counts one attempt more in the same entry where it is refused once more', () => {
    const sides = refusedPush();
    for (const attemptCount of [2, 3]) {
      sides.run(tryAgain(marksOf(sides)));
      sides.run(sweepQuarantine(all));
      sides.run(pushBatch(sides.context, [key]), refusesPush);
      expect([...sides.local.quarantine.values()]).toMatchObject([{ attemptCount, stamp: v(2) }]);
      expect(sides.local.documents.get(key)).toMatchObject({ held: true });
    }
  });

  it.each<[string, (sides: TwoSides) => void]>([
    ['has been written since', (sides) => sides.write(key, v(3), 3)],
    ['has been deleted since', (sides) => sides.delete(key, v(3))],
    ['is being tried', (sides) => sides.run(tryAgain(marksOf(sides)))],
  ])('is left alone where its document %s', (_, act) => {
    const sides = refusedPush();
    act(sides);
    expect(writesOf(sides.run(tryAgain(marksOf(sides))))).toEqual([]);
  });
});

describe('a version of Atlas that Local refused, and that is tried again', () => {
  it('is taken by a look at its key', () => {
    const sides = new TwoSides();
    sides.writeOnAtlas(key, v(2), 2);
    sides.run(reconcile(sides.context, [key]), refusedBy('server'));
    const { result } = sides.run(tryAgain(marksOf(sides)));
    expect(result).toEqual([key]);
    sides.run(reconcile(sides.context, result));
    expect(sides.onLocal(key)).toEqual({ content: 2, stamp: v(2) });
  });
});
