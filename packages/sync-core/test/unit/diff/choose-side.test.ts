import { describe, expect, it } from '@jest/globals';
import { type ChosenSide } from '../../../src/diff/choose-side.js';
import { diffCollection } from '../../../src/diff/diff-collection.js';
import { isLater } from '../../../src/protocol/stamp.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { type Interference } from '../run-step.js';
import { bodyOf, digestOf, documentAt, TwoSides } from '../two-sides.js';

const key = keyOf(0);

function choose(sides: TwoSides, prefer: ChosenSide['prefer'], interference?: Interference): TwoSides {
  const choice = { prefer, historyLost: true };
  sides.run(
    diffCollection(sides.context, {
      ...{ collection: 'bills', pageSize: 10, dryRun: false, choice },
      ...{ maxUnexplainedDeletes: Number.POSITIVE_INFINITY, onPage: () => true },
    }),
    interference,
  );
  return sides;
}

/** Local has version 5 with content 5; Atlas, restored, version 2 with content 2. */
function restored(): TwoSides {
  const sides = new TwoSides();
  sides.local.documents.set(key, documentAt(v(5), 5));
  sides.atlas.documents.set(key, documentAt(v(2), 2));
  return sides;
}

const keptContents = ({ kept }: TwoSides): unknown =>
  kept.map(({ loser, reason, body }) => [loser, reason, body?.[0]]);

describe('where Atlas was restored and the operator prefers Local', () => {
  it('puts what Local has back under its own version, and keeps what stood there', () => {
    const sides = choose(restored(), 'local');
    expect(sides.onAtlas(key)).toEqual({ content: 5, stamp: v(5) });
    expect(sides.onLocal(key)).toMatchObject({ content: 5, stamp: v(5) });
    expect(keptContents(sides)).toEqual([['atlas', 'chosen', 2]]);
  });

  it('puts back what Atlas does not have any more, under its own version', () => {
    const sides = restored();
    sides.atlas.documents.delete(key);
    expect(choose(sides, 'local').onAtlas(key)).toEqual({ content: 5, stamp: v(5) });
    expect(sides.kept).toEqual([]);
  });

  it('puts back what was created again after a deletion that the backup still has', () => {
    const sides = restored();
    sides.deleteOnAtlas(key, v(3));
    expect(choose(sides, 'local').onAtlas(key)).toEqual({ content: 5, stamp: v(5) });
  });

  it('puts a write that nobody has seen yet above the history it was made on', () => {
    const sides = restored();
    sides.write(key, v(4), 7);
    choose(sides, 'local');
    const there = sides.onAtlas(key);
    expect(there?.content).toBe(7);
    expect(isLater(there?.stamp ?? null, v(5))).toBe(true);
  });

  it('finishes a deletion that the backup does not know', () => {
    const sides = restored();
    sides.local.documents.delete(key);
    sides.noteOnLocal(key, { stamp: v(6) });
    choose(sides, 'local');
    expect(sides.onAtlas(key)).toBeNull();
    expect(keptContents(sides)).toEqual([['atlas', 'deleted', 2]]);
  });

  it('puts back a version that a deletion, still noted as waiting, has lost to', () => {
    const sides = restored();
    sides.atlas.documents.delete(key);
    sides.noteOnLocal(key, { pending: v(4), last: v(3) });
    expect(choose(sides, 'local').onAtlas(key)).toEqual({ content: 5, stamp: v(5) });
    expect(sides.onLocal(key)?.content).toBe(5);
  });

  it('puts back such a version also where it was written since without a change', () => {
    const sides = restored();
    sides.noteOnLocal(key, { pending: v(4), last: v(3) });
    sides.write(key, v(8), 5);
    expect(choose(sides, 'local').onAtlas(key)).toEqual({ content: 5, stamp: v(5) });
    expect(keptContents(sides)).toContainEqual(['atlas', 'chosen', 2]);
  });

  it('finishes a deletion that speaks of the very version that Local still has', () => {
    const sides = restored();
    sides.atlas.documents.delete(key);
    sides.noteOnLocal(key, { pending: v(6), base: v(5) });
    expect(choose(sides, 'local').onLocal(key)).toBeNull();
    expect(sides.onAtlas(key)).toBeNull();
  });

  it('puts a version back as old as it is, where it was written since without a change', () => {
    const sides = restored();
    sides.atlas.documents.delete(key);
    sides.write(key, v(8), 5);
    expect(choose(sides, 'local').onAtlas(key)).toEqual({ content: 5, stamp: v(5) });
  });

  it('takes what another branch has put back, if that is later, and keeps what it may not have seen', () => {
    const sides = restored();
    sides.atlas.documents.set(key, documentAt(v(9), 9));
    expect(choose(sides, 'local').onLocal(key)).toMatchObject({ content: 9, stamp: v(9) });
    expect(keptContents(sides)).toEqual([['local', 'chosen', 5]]);
  });

  it('keeps what gives way to that also where it was written since without a change', () => {
    const sides = restored();
    sides.write(key, v(8), 5);
    sides.atlas.documents.set(key, documentAt(v(9), 9));
    expect(choose(sides, 'local').onLocal(key)).toMatchObject({ content: 9, stamp: v(9) });
    expect(keptContents(sides)).toEqual([['local', 'chosen', 5]]);
  });

  it('keeps what Local has where another branch creates the document anew during the comparison', () => {
    const sides = restored();
    sides.atlas.documents.delete(key);
    choose(sides, 'local', {
      before: ({ op, side }) => {
        if (op === 'scanStates' && side === 'local') sides.writeOnAtlas(key, v(9), 9);
      },
    });
    expect(sides.onLocal(key)?.content).toBe(9);
    expect(keptContents(sides)).toEqual([['local', 'chosen', 5]]);
  });

  it('holds back what was refused before', () => {
    const sides = restored();
    sides.local.documents.set(
      key,
      documentAt(v(5), 7, { digest: digestOf(bodyOf(5)), dirty: v(6), held: true }),
    );
    choose(sides, 'local');
    expect(sides.onAtlas(key)).toEqual({ content: 2, stamp: v(2) });
    expect(sides.local.documents.get(key)).toMatchObject({ held: true, dirty: v(6) });
  });

  it('leaves what is the same, and records nothing', () => {
    const sides = new TwoSides();
    sides.share(key, v(3));
    expect(choose(sides, 'local').kept).toEqual([]);
    expect(sides.onAtlas(key)).toEqual({ content: 1, stamp: v(3) });
  });

  it.each([
    ['the one that is behind first', [1, 2]],
    ['the one that is ahead first', [2, 1]],
  ])('ends with the latest history when two branches put theirs back, %s', (_, order) => {
    const atlas = new Map([[key, documentAt(v(2), 2)]]);
    const branches = new Map(
      order.map((n) => {
        const sides = new TwoSides();
        sides.local.documents.set(key, documentAt(v(4 + n), 4 + n));
        return [n, sides];
      }),
    );
    for (const sides of [...branches.values(), ...branches.values()]) {
      for (const [k, document] of atlas) sides.atlas.documents.set(k, document);
      choose(sides, 'local');
      for (const [k, document] of sides.atlas.documents) atlas.set(k, document);
    }
    for (const sides of branches.values())
      expect(sides.onLocal(key)).toMatchObject({ content: 6, stamp: v(6) });
    expect(atlas.get(key)?.body).toEqual(bodyOf(6));
  });
});

describe('where Atlas was restored and the operator prefers Atlas', () => {
  it('has Local take the older state, under a version above its own, and keeps what Local had', () => {
    const sides = choose(restored(), 'atlas');
    expect(sides.onLocal(key)?.content).toBe(2);
    expect(isLater(sides.onAtlas(key)?.stamp ?? null, v(5))).toBe(true);
    expect(sides.onLocal(key)?.stamp).toBe(sides.onAtlas(key)?.stamp);
    expect(keptContents(sides)).toEqual([['local', 'chosen', 5]]);
  });

  it('removes what Atlas does not have any more, with a copy', () => {
    const sides = restored();
    sides.atlas.documents.delete(key);
    expect(choose(sides, 'atlas').onLocal(key)).toBeNull();
    expect(keptContents(sides)).toEqual([['local', 'chosen', 5]]);
  });

  it('brings back what had been deleted', () => {
    const sides = restored();
    sides.local.documents.delete(key);
    sides.noteOnLocal(key, { stamp: v(6) });
    choose(sides, 'atlas');
    expect(sides.onLocal(key)?.content).toBe(2);
    expect(isLater(sides.onAtlas(key)?.stamp ?? null, v(6))).toBe(true);
  });

  it('lets a write that was not pushed yet compete as ever, and keeps the one that loses', () => {
    const sides = restored();
    sides.write(key, v(8), 8);
    choose(sides, 'atlas');
    expect(sides.onAtlas(key)?.content).toBe(8);
    expect(keptContents(sides)).toEqual([['atlas', 'concurrent-update', 2]]);
  });

  it('finds nothing more the second time', () => {
    const sides = choose(restored(), 'atlas');
    const stamp = sides.onAtlas(key)?.stamp;
    expect(choose(sides, 'atlas').onAtlas(key)?.stamp).toBe(stamp);
    expect(sides.kept).toHaveLength(1);
  });
});
