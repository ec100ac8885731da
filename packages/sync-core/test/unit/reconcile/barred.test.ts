import { describe, expect, it } from '@jest/globals';
import { pullBatch } from '../../../src/pull/pull-batch.js';
import { reconcile, type ReconcileResult } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { type Run, writesOf } from '../run-step.js';
import { documentAt, TwoSides } from '../two-sides.js';

const [first, second] = [keyOf(0), keyOf(1)];
const settled: ReconcileResult = { waiting: [], unsettled: [], toPush: [], refused: [] };

function settle(sides: TwoSides, keys = [first, second]): Run<ReconcileResult> {
  return sides.run(reconcile(sides.context, keys));
}

/** Documents without a version, as a foreign hand has put them there. */
function foreign(): TwoSides {
  const sides = new TwoSides();
  for (const key of [first, second]) sides.atlas.documents.set(key, documentAt(null, 7));
  return sides;
}

function expectNothingWrittenOnAtlas({ operations }: Run<unknown>): void {
  expect(operations.filter(({ side, op }) => side === 'atlas' && !op.startsWith('read'))).toEqual([]);
}

describe('keys of which Atlas must not be written now', () => {
  it.each([[[first]], [[first, second]]])(
    'stay unsettled where a foreign state is to get a version, alone or with others',
    (keys) => {
      const sides = foreign();
      sides.barred.add('document');
      const run = settle(sides, keys);
      expect(run.result).toEqual({ ...settled, unsettled: keys });
      expectNothingWrittenOnAtlas(run);
      sides.barred.clear();
      expect(settle(sides, keys).result).toEqual(settled);
      expect(sides.local.documents.get(first)?.stamp).toBe(sides.onAtlas(first)?.stamp);
    },
  );

  it('stay unsettled where a foreign deletion is to get a tombstone', () => {
    const sides = new TwoSides();
    sides.local.documents.set(first, documentAt(v(1), 1));
    sides.barred.add('tombstone');
    expect(settle(sides, [first]).result).toEqual({ ...settled, unsettled: [first] });
    expect(sides.local.documents.has(first)).toBe(true);
    expect(sides.kept).toEqual([]);
    sides.barred.clear();
    expect(settle(sides, [first]).result).toEqual(settled);
    expect(sides.local.documents.has(first)).toBe(false);
  });

  it('stay unsettled where a dead state is to be removed', () => {
    const sides = new TwoSides();
    sides.share(first, v(1));
    sides.atlas.tombstones.set(first, { stamp: v(2), base: v(1) });
    sides.barred.add('document');
    const run = settle(sides, [first]);
    expect(run.result).toEqual({ ...settled, unsettled: [first] });
    expectNothingWrittenOnAtlas(run);
  });

  it('take what needs no write on Atlas, and a tombstone where only documents are barred', () => {
    const sides = foreign();
    sides.share(second, v(1));
    sides.writeOnAtlas(second, v(2), 2);
    sides.local.documents.set(keyOf(2), documentAt(v(1), 1));
    sides.barred.add('document');
    const run = settle(sides, [first, second, keyOf(2)]);
    expect(run.result).toEqual({ ...settled, unsettled: [first] });
    expect(sides.local.documents.get(second)).toMatchObject({ stamp: v(2), dirty: null });
    expect(sides.local.documents.has(keyOf(2))).toBe(false);
  });

  it('are looked at once for it, not again and again', () => {
    const sides = foreign();
    sides.barred.add('document');
    const { operations } = settle(sides);
    expect(operations.filter(({ side, op }) => side === 'atlas' && op === 'readWithin')).toHaveLength(1);
  });

  it('hold the position of pull back', () => {
    const sides = foreign();
    sides.barred.add('document');
    const run = sides.run(pullBatch(sides.context, [{ kind: 'hint', key: first }]));
    expect(run.result).toEqual({ ...settled, unsettled: [first] });
    expect(writesOf(run)).toEqual([]);
  });
});
