import { describe, expect, it } from '@jest/globals';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { sweepQuarantine } from '../../../src/quarantine/sweep-quarantine.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, writesOf } from '../run-step.js';
import { bodyOf, documentAt, refusal, TwoSides } from '../two-sides.js';

const key = keyOf(0);
const all = { after: null, limit: 10 };
const refusesPush = {
  answer: ({ op }: { readonly op: string }) =>
    op === 'push' ? { storedCount: 0, refused: [{ index: 0, refusal }] } : undefined,
};

const refusesInsert = {
  answer: ({ op }: { readonly op: string }) => (op === 'insert' ? [refusal] : undefined),
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

/** A new version of Atlas that Local refused. */
function refusedNewPull(): TwoSides {
  const sides = new TwoSides();
  sides.writeOnAtlas(key, v(2), 2);
  sides.run(reconcile(sides.context, [key]), refusesInsert);
  return sides;
}

const waiting = ({ local }: TwoSides): readonly string[] => [...local.quarantine.keys()];

describe('sweepQuarantine', () => {
  it('leaves what is held', () => {
    const sides = refusedPush();
    expect(writesOf(sides.run(sweepQuarantine(all)))).toEqual([]);
    expect(waiting(sides)).toHaveLength(1);
  });

  it('leaves a refused write listed whose id was put right, as it is refused once more under the new one', () => {
    const sides = new TwoSides();
    sides.write(key, v(2, 5_000), 2);
    sides.run(reconcile(sides.context, [key]), refusesPush);
    sides.rules = { ceilingMs: 100 };
    sides.run(reconcile(sides.context, [key]), refusesPush);
    sides.run(sweepQuarantine(all));
    expect(sides.local.documents.get(key)).toMatchObject({ dirty: v(2, 100), held: true });
    expect([...sides.local.quarantine.values()]).toMatchObject([{ stamp: v(2, 100) }]);
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

  it('tells which versions are gone from Atlas that Local never had, where Atlas is asked', () => {
    const sides = refusedNewPull();
    expect(sides.run(sweepQuarantine(all)).operations.some(({ side }) => side === 'atlas')).toBe(false);
    expect(sides.run(sweepQuarantine({ ...all, asksAtlas: true })).result.gone).toEqual([]);
    sides.atlas.erase(key);
    const { gone } = sides.run(sweepQuarantine({ ...all, asksAtlas: true })).result;
    expect(gone).toEqual([key]);
    sides.run(reconcile(sides.context, gone));
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

describe('a version of Atlas that Local refused, and that a foreign hand deletes there', () => {
  it('is out of quarantine once its key is looked at', () => {
    const sides = refusedNewPull();
    sides.atlas.erase(key);
    sides.run(reconcile(sides.context, [key]));
    expect(waiting(sides)).toEqual([]);
  });

  it('stays there where it is on Atlas again by then', () => {
    const sides = refusedNewPull();
    sides.atlas.erase(key);
    const again = beforeFirst('release', () => {
      sides.writeOnAtlas(key, v(4), 4);
      sides.run(reconcile(sides.context, [key]), refusesInsert);
    });
    sides.run(reconcile(sides.context, [key]), again);
    expect([...sides.local.quarantine.values()]).toMatchObject([{ stamp: v(4) }]);
  });

  it('costs a look at other keys that are nowhere one reading of the quarantine', () => {
    const sides = refusedNewPull();
    const keys = [keyOf(1), keyOf(2)];
    const { operations } = sides.run(reconcile(sides.context, keys));
    expect(operations.filter(({ op }) => op === 'findQuarantined')).toHaveLength(1);
    expect(operations.some(({ op }) => op === 'release')).toBe(false);
  });
});

describe('a document that is somewhere, and that no query finds', () => {
  it('is told of once, however often its key comes up', () => {
    const sides = new TwoSides();
    const context = { ...sides.context, unfindable: (of: DocumentKey) => (of === key ? bodyOf(1) : null) };
    sides.run(reconcile(context, [key, keyOf(1)]));
    sides.run(reconcile(context, [key]));
    expect([...sides.local.quarantine.values()]).toMatchObject([
      { key, refusal: { code: 'SYNC_WRITE_NOT_EXACT' }, attemptCount: 1 },
    ]);
    expect(sides.heard).toEqual(['quarantined atlas-to-local']);
    sides.run(sweepQuarantine(all));
    expect(waiting(sides)).toHaveLength(1);
  });
});
