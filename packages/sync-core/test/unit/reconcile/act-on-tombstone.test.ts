import { describe, expect, it } from '@jest/globals';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, type Run, writesOf } from '../run-step.js';
import { TwoSides } from '../two-sides.js';

const key = keyOf(0);

function settle(sides: TwoSides, interference?: Interference): Run<unknown> {
  return sides.run(reconcile(sides.context, [key]), interference);
}

describe('what Local knows of a deletion', () => {
  it('is noted where Atlas records one of a document that Local has not', () => {
    const sides = new TwoSides();
    sides.atlas.tombstones.set(key, { stamp: v(2), base: null });
    expect(writesOf(settle(sides))).toEqual(['noteTombstone']);
    expect(sides.local.tombstones.get(key)?.stamp).toBe(v(2));
  });

  it('is no longer pending where a later deletion is on Atlas', () => {
    const sides = new TwoSides();
    sides.noteOnLocal(key, { pending: v(3), base: v(1) });
    sides.atlas.tombstones.set(key, { stamp: v(5), base: v(1) });
    expect(writesOf(settle(sides))).toEqual(['amendTombstone']);
    expect(sides.local.tombstones.get(key)).toMatchObject({ stamp: v(5), pending: null, base: null });
  });

  it('never goes back', () => {
    const sides = new TwoSides();
    sides.noteOnLocal(key, { stamp: v(7), pending: v(3), base: v(1) });
    sides.atlas.tombstones.set(key, { stamp: v(3, 71), base: v(1) });
    settle(sides);
    expect(sides.local.tombstones.get(key)).toMatchObject({ stamp: v(3, 71), pending: null });
  });

  it('stays pending where it is another deletion by then', () => {
    const sides = new TwoSides();
    sides.noteOnLocal(key, { pending: v(3), base: v(1) });
    sides.atlas.tombstones.set(key, { stamp: v(3), base: v(1) });
    const run = settle(
      sides,
      beforeFirst('amendTombstone', () => sides.noteOnLocal(key, { pending: v(9), base: v(3) })),
    );
    expect(writesOf(run)).toContain('writeTombstone');
    expect(sides.atlas.tombstones.get(key)?.stamp).toBe(v(9));
  });

  it('gives way to a document that was recreated, above what the deletion may have become', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.delete(key, v(6));
    sides.write(key, v(3), 3);
    settle(sides);
    expect(sides.onAtlas(key)).toEqual({ content: 3, stamp: v(3, 61) });
    expect(sides.local.tombstones.get(key)).toMatchObject({ pending: null, floor: v(6) });
    expect(sides.kept).toEqual([]);
  });

  it('gives way to a document that another engine took meanwhile, and is recorded', () => {
    const sides = new TwoSides();
    sides.share(key, v(9));
    sides.noteOnLocal(key, { pending: v(3), base: v(1) });
    settle(sides);
    expect(sides.onLocal(key)?.stamp).toBe(v(9));
    expect(sides.local.tombstones.get(key)).toMatchObject({ pending: null, floor: v(3) });
    expect(sides.kept).toMatchObject([{ loser: 'local', losingStamp: v(3), winningStamp: v(9), body: null }]);
  });

  it("keeps Atlas' state in the conflict store before it deletes it", () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.delete(key, v(6));
    sides.writeOnAtlas(key, v(2), 2);
    expect(writesOf(settle(sides)).slice(0, 2)).toEqual(['keep', 'amendTombstone']);
    expect(sides.atlas.tombstones.get(key)).toMatchObject({ stamp: v(6), base: v(2) });
    expect(sides.kept).toMatchObject([{ loser: 'atlas', losingStamp: v(2), reason: 'deleted' }]);
  });
});
