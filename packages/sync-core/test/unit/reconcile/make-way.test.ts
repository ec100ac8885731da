import { describe, expect, it } from '@jest/globals';
import { pullBatch } from '../../../src/pull/pull-batch.js';
import { sweepQuarantine } from '../../../src/quarantine/sweep-quarantine.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst } from '../run-step.js';
import { bodyOf, documentAt, TwoSides } from '../two-sides.js';

/** A content is a value that is unique, whole. */
function sidesWith(values: readonly number[]): TwoSides {
  const sides = new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
  values.forEach((value, i) => sides.share(keyOf(i), v(1), value));
  return sides;
}

/** Another branch gives Atlas' documents these values. */
function rewriteOnAtlas(sides: TwoSides, values: readonly number[]): void {
  values.forEach((value, i) => sides.writeOnAtlas(keyOf(i), v(10 + i), value));
}

function pull(sides: TwoSides): void {
  sides.run(pullBatch(sides.context, sides.atlas.events.splice(0)));
}

/** What a restart finds: the quarantine's sweep, and what it says is to be looked at. */
function sweep(sides: TwoSides): void {
  const { parked } = sides.run(sweepQuarantine({ after: null, limit: 100 })).result;
  sides.run(reconcile(sides.context, parked));
  sides.run(sweepQuarantine({ after: null, limit: 100 }));
}

const valuesOnLocal = (sides: TwoSides, count: number): readonly (number | undefined)[] =>
  Array.from({ length: count }, (_, i) => sides.onLocal(keyOf(i))?.content);

describe('unique values that changed hands on Atlas', () => {
  const changes: readonly [string, readonly number[], readonly number[]][] = [
    ['a swap', [1, 2], [2, 1]],
    ['a ring of three', [1, 2, 3], [2, 3, 1]],
    ['a chain whose first comes first', [1, 2, 3, 4], [2, 3, 4, 5]],
    ['a chain whose last comes first', [4, 3, 2, 1], [5, 4, 3, 2]],
  ];

  it.each(changes)('come to Local: %s', (_, before, after) => {
    const sides = sidesWith(before);
    rewriteOnAtlas(sides, after);
    pull(sides);
    expect(valuesOnLocal(sides, after.length)).toEqual(after);
    sweep(sides);
    expect(sides.local.quarantine.size).toBe(0);
  });

  it.each(changes)('are not forgotten wherever the process dies on the way: %s', (_, before, after) => {
    for (let last = 1; ; last++) {
      const sides = sidesWith(before);
      rewriteOnAtlas(sides, after);
      let count = 0;
      const die = (): void => {
        if (++count > last) throw new Error('the process dies here');
      };
      let isDead = false;
      try {
        // The position is behind all of this: what is parked is all that a restart knows.
        sides.run(pullBatch(sides.context, [...sides.atlas.events]), { before: die });
      } catch {
        isDead = true;
      }
      sweep(sides);
      const gone = after.flatMap((_value, i) => (sides.onLocal(keyOf(i)) ? [] : [i]));
      expect({ last, gone }).toEqual({ last, gone: [] });
      pull(sides);
      sweep(sides);
      expect(valuesOnLocal(sides, after.length)).toEqual(after);
      expect(sides.local.quarantine.size).toBe(0);
      if (!isDead) return;
    }
  });
});

describe('a document of Local that holds what Atlas gave to another one', () => {
  it('leaves Local without a deletion where it is new, and waits in quarantine with the winner named', () => {
    const sides = sidesWith([]);
    sides.write(keyOf(0), v(2), 5);
    sides.writeOnAtlas(keyOf(1), v(3), 5);
    pull(sides);
    expect(sides.onLocal(keyOf(0))).toBeNull();
    expect(sides.onLocal(keyOf(1))?.content).toBe(5);
    expect(sides.local.tombstones.get(keyOf(0))).toMatchObject({ stamp: null, pending: null });
    const [entry] = [...sides.local.quarantine.values()];
    expect(entry).toMatchObject({ key: keyOf(0), waits: 'aside', stamp: v(2), body: bodyOf(5) });
    expect(entry?.refusal).toMatchObject({ holder: keyOf(1), conflictingKey: { number: '5' } });
    expect(sides.heard.filter((heard) => heard.startsWith('quarantined'))).toHaveLength(1);
  });

  it('falls back to the version of Atlas that it builds on, and its write waits in quarantine', () => {
    const sides = sidesWith([1]);
    sides.write(keyOf(0), v(2), 5);
    sides.writeOnAtlas(keyOf(1), v(3), 5);
    pull(sides);
    expect(valuesOnLocal(sides, 2)).toEqual([1, 5]);
    expect([...sides.local.quarantine.values()]).toMatchObject([{ waits: 'aside', body: bodyOf(5) }]);
  });

  it('is told once where it was held before', () => {
    const sides = sidesWith([]);
    sides.write(keyOf(0), v(2), 5);
    sides.writeOnAtlas(keyOf(1), v(3), 5);
    sides.run(reconcile(sides.context, [keyOf(0)]));
    pull(sides);
    sweep(sides);
    expect([...sides.local.quarantine.values()]).toMatchObject([{ key: keyOf(0), waits: 'aside' }]);
    expect(sides.heard.filter((heard) => heard.startsWith('quarantined'))).toHaveLength(1);
  });

  it('stays as the application wrote it meanwhile, and is looked at again', () => {
    const sides = sidesWith([]);
    sides.write(keyOf(0), v(2), 5);
    sides.writeOnAtlas(keyOf(1), v(3), 5);
    const renumber = beforeFirst('remove', () => sides.write(keyOf(0), v(4), 6));
    sides.run(reconcile(sides.context, [keyOf(1)]), renumber);
    expect(valuesOnLocal(sides, 2)).toEqual([6, 5]);
    expect(sides.local.quarantine.size).toBe(0);
  });

  it('makes way where it was deleted on Atlas, even before the tombstone came', () => {
    const sides = sidesWith([5]);
    sides.goneForGood = false;
    sides.atlas.erase(keyOf(0));
    sides.writeOnAtlas(keyOf(1), v(3), 5);
    const { unsettled } = sides.run(reconcile(sides.context, [keyOf(1)])).result;
    expect(unsettled).toEqual([keyOf(1)]);
    sides.atlas.perform({
      side: 'atlas',
      op: 'writeTombstone',
      entries: [{ key: keyOf(0), stamp: v(2), base: v(1) }],
    });
    sides.run(reconcile(sides.context, unsettled));
    expect(sides.onLocal(keyOf(0))).toBeNull();
    expect(sides.onLocal(keyOf(1))?.content).toBe(5);
  });

  it('stays where both are so on Atlas, and the other one waits in quarantine with it named', () => {
    const sides = new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
    sides.share(keyOf(0), v(1), 5);
    sides.atlas.documents.set(keyOf(1), documentAt(v(3), 5));
    const { refused } = sides.run(reconcile(sides.context, [keyOf(1)])).result;
    expect(refused).toEqual([keyOf(1)]);
    expect([...sides.local.quarantine.values()]).toMatchObject([
      { key: keyOf(1), direction: 'atlas-to-local', waits: 'in-place', refusal: { holder: keyOf(0) } },
    ]);
  });
});
