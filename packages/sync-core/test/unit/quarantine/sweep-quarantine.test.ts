import { describe, expect, it } from '@jest/globals';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { sweepQuarantine } from '../../../src/quarantine/sweep-quarantine.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, writesOf } from '../run-step.js';
import { documentAt, refusal, TwoSides } from '../two-sides.js';

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
  sides.run(reconcile(sides.context, [key]), refusesPush);
  return sides;
}

/** A version of Atlas that Local refused, over version 1. */
function refusedPull(): TwoSides {
  const sides = new TwoSides();
  sides.share(key, v(1));
  sides.writeOnAtlas(key, v(2), 2);
  const answer = ({ op }: { readonly op: string }) => (op === 'store' ? [refusal] : undefined);
  sides.run(reconcile(sides.context, [key]), { answer });
  return sides;
}

const waiting = ({ local }: TwoSides): readonly string[] => [...local.quarantine.keys()];

describe('sweepQuarantine', () => {
  it('leaves what is held', () => {
    const sides = refusedPush();
    expect(writesOf(sides.run(sweepQuarantine(all)))).toEqual([]);
    expect(waiting(sides)).toHaveLength(1);
  });

  it('leaves a refused write that is being tried once more', () => {
    const sides = refusedPush();
    sides.local.documents.set(key, { ...documentAt(null, 2), dirty: v(2) });
    sides.run(sweepQuarantine(all));
    expect(waiting(sides)).toHaveLength(1);
  });

  it.each<[string, (sides: TwoSides) => void]>([
    ['that a newer write has replaced', (sides) => sides.write(key, v(3), 3)],
    ['whose document was deleted', (sides) => sides.delete(key, v(3))],
    [
      'that is on Atlas by now',
      (sides) => {
        sides.local.documents.set(key, { ...documentAt(null, 2), dirty: v(2) });
        sides.run(reconcile(sides.context, [key]));
      },
    ],
  ])('releases a refused write %s', (_, act) => {
    const sides = refusedPush();
    act(sides);
    sides.run(sweepQuarantine(all));
    expect(waiting(sides)).toEqual([]);
  });

  it('leaves a version of Atlas that Local does not have', () => {
    const sides = refusedPull();
    sides.run(sweepQuarantine(all));
    expect(waiting(sides)).toHaveLength(1);
  });

  it.each<[string, (sides: TwoSides) => void]>([
    ['is on Local by now', () => undefined],
    ['was overtaken on Atlas', (sides) => sides.writeOnAtlas(key, v(4), 4)],
    ['was deleted on Atlas', (sides) => sides.deleteOnAtlas(key, v(4))],
  ])('releases a version of Atlas that %s', (_, act) => {
    const sides = refusedPull();
    act(sides);
    sides.run(reconcile(sides.context, [key]));
    sides.run(sweepQuarantine(all));
    expect(waiting(sides)).toEqual([]);
  });

  it('releases no entry that another refusal has taken the place of', () => {
    const sides = refusedPush();
    sides.write(key, v(3), 3);
    const again = beforeFirst('release', () => sides.run(reconcile(sides.context, [key]), refusesPush));
    sides.run(sweepQuarantine(all), again);
    expect([...sides.local.quarantine.values()]).toMatchObject([{ stamp: v(3), attemptCount: 2 }]);
  });

  it('goes through the quarantine page by page, and then from the first entry again', () => {
    const sides = new TwoSides();
    for (const number of [0, 1, 2]) sides.write(keyOf(number), v(2), 2);
    for (const number of [0, 1, 2]) sides.run(reconcile(sides.context, [keyOf(number)]), refusesPush);
    for (const number of [0, 1, 2]) sides.write(keyOf(number), v(3), 3);
    const { result: first } = sides.run(sweepQuarantine({ after: null, limit: 2 }));
    expect(waiting(sides)).toHaveLength(1);
    expect(first.next).not.toBeNull();
    expect(sides.run(sweepQuarantine({ after: first.next, limit: 2 })).result.next).toBeNull();
    expect(waiting(sides)).toEqual([]);
  });
});
