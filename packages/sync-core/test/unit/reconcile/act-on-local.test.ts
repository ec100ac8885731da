import { describe, expect, it } from '@jest/globals';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { lowestStamp, stampTimeMs, withTime } from '../../../src/protocol/stamp.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, type Run, writesOf } from '../run-step.js';
import { documentAt, digestOf, bodyOf, TwoSides } from '../two-sides.js';

const key = keyOf(0);

function settle(sides: TwoSides, interference?: Interference): Run<unknown> {
  return sides.run(reconcile(sides.context, [key]), interference);
}

/** Both sides had version 1; the application has written, and so has another branch. */
function contested({ ours, theirs }: { readonly ours: number; readonly theirs: number }): TwoSides {
  const sides = new TwoSides();
  sides.share(key, v(1));
  sides.write(key, v(ours), ours);
  sides.writeOnAtlas(key, v(theirs), theirs);
  return sides;
}

describe('rebase', () => {
  it("keeps Atlas' state in the conflict store before building on it", () => {
    const sides = contested({ ours: 5, theirs: 2 });
    const run = settle(sides);
    expect(writesOf(run).slice(0, 2)).toEqual(['keep', 'amend']);
    expect(sides.kept).toEqual([
      {
        key,
        loser: 'atlas',
        losingStamp: v(2),
        winningStamp: v(5),
        reason: 'concurrent-update',
        body: bodyOf(2),
        strategy: 'last-write-wins',
        caution: false,
        failure: null,
      },
    ]);
    expect(sides.onAtlas(key)).toEqual({ content: 5, stamp: v(5) });
  });

  it('counts the conflict in the document that won it', () => {
    const sides = contested({ ours: 5, theirs: 2 });
    settle(sides);
    expect(sides.atlas.documents.get(key)?.info.conflictCount).toBe(1);
    expect(sides.local.documents.get(key)?.info.conflictCount).toBe(1);
  });

  it('says that the choice is to be taken with care where the write was past capture, its time unknown', () => {
    const sides = contested({ ours: 5, theirs: 2 });
    sides.write(key, lowestStamp(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)), 5);
    settle(sides);
    expect(sides.kept).toMatchObject([{ loser: 'local', caution: true }]);
  });

  it('takes the digest of what it builds on, so that going back to those bytes counts as no change', () => {
    const sides = contested({ ours: 5, theirs: 2 });
    sides.mayPush = false;
    settle(sides);
    sides.mayPush = true;
    sides.write(key, v(6), 2);
    settle(sides);
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: v(2), dirty: null });
  });

  it('moves the base also under what the application has written meanwhile', () => {
    const sides = contested({ ours: 5, theirs: 2 });
    const run = settle(
      sides,
      beforeFirst('amend', () => sides.write(key, v(6), 6)),
    );
    expect(writesOf(run)).toEqual(['keep', 'amend', 'noteSent', 'push', 'acknowledge', 'forgetSent']);
    expect(sides.onAtlas(key)).toEqual({ content: 6, stamp: v(6) });
    expect(sides.kept).toMatchObject([{ loser: 'atlas', losingStamp: v(2) }]);
  });

  it('leaves the base of what is being deleted meanwhile', () => {
    const sides = contested({ ours: 5, theirs: 2 });
    const deleting = documentAt(v(1), 5, { dirty: v(6), deleting: true });
    settle(
      sides,
      beforeFirst('amend', () => sides.local.documents.set(key, deleting)),
    );
    expect(sides.local.documents.get(key)).toEqual(deleting);
  });

  it('builds on a deletion that the write has outlived', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.write(key, v(5), 5);
    sides.deleteOnAtlas(key, v(2));
    settle(sides);
    expect(sides.onAtlas(key)).toEqual({ content: 5, stamp: v(5) });
    expect(sides.kept).toEqual([]);
  });
});

describe('takeAtlas', () => {
  it("keeps Local's state before taking Atlas'", () => {
    const sides = contested({ ours: 2, theirs: 5 });
    expect(writesOf(settle(sides))).toEqual(['keep', 'store']);
    expect(sides.kept).toMatchObject([{ loser: 'local', losingStamp: v(2), body: bodyOf(2) }]);
    expect(sides.local.documents.get(key)).toEqual(documentAt(v(5), 5));
    expect(sides.heard).toEqual(['kept local', 'atlas-to-local']);
  });

  it('takes nothing over what the application wrote meanwhile', () => {
    const sides = contested({ ours: 2, theirs: 5 });
    settle(
      sides,
      beforeFirst('store', () => sides.write(key, v(9), 9)),
    );
    expect(sides.onAtlas(key)).toEqual({ content: 9, stamp: v(9) });
    expect(sides.kept.map(({ losingStamp }) => losingStamp)).toEqual([v(2), v(5)]);
  });

  it('inserts nothing where a deletion came before it', () => {
    const sides = new TwoSides();
    sides.writeOnAtlas(key, v(2), 2);
    let reads = 0;
    const before: Interference['before'] = ({ side, op }) => {
      if (side === 'local' && op === 'readTombstones' && ++reads === 3) sides.delete(key, v(6));
    };
    expect(writesOf(settle(sides, { before }))).not.toContain('insert');
    expect(sides.onAtlas(key)).toBeNull();
  });

  it('undoes an insertion where a deletion came between', () => {
    const sides = new TwoSides();
    sides.writeOnAtlas(key, v(2), 2);
    const run = settle(
      sides,
      beforeFirst('insert', () => sides.noteOnLocal(key, { stamp: v(3) })),
    );
    expect(writesOf(run).slice(0, 2)).toEqual(['insert', 'remove']);
    expect(sides.onLocal(key)).toBeNull();
    expect(sides.onAtlas(key)).toBeNull();
  });

  it('keeps an insertion above a deletion that was noted meanwhile', () => {
    const sides = new TwoSides();
    sides.writeOnAtlas(key, v(4), 4);
    settle(
      sides,
      beforeFirst('insert', () => sides.noteOnLocal(key, { stamp: v(3) })),
    );
    expect(sides.onLocal(key)).toEqual({ content: 4, stamp: v(4) });
  });

  it('gives up a deletion that lost, records it, and leaves its version as a floor', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.delete(key, v(3));
    sides.writeOnAtlas(key, v(5), 5);
    settle(sides);
    expect(sides.onLocal(key)).toEqual({ content: 5, stamp: v(5) });
    expect(sides.local.tombstones.get(key)).toMatchObject({ pending: null, floor: v(3) });
    expect(sides.kept).toMatchObject([{ loser: 'local', losingStamp: v(3), body: null }]);
  });

  it('keeps no loser where records are only ever inserted', () => {
    const sides = contested({ ours: 5, theirs: 2 });
    sides.rules = { insertOnly: true };
    settle(sides);
    expect(sides.onLocal(key)).toEqual({ content: 2, stamp: v(2) });
    expect(sides.kept).toEqual([]);
  });
});

describe('takeDelete', () => {
  it('notes the deletion before it removes the document', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.deleteOnAtlas(key, v(2));
    expect(writesOf(settle(sides))).toEqual(['noteTombstone', 'remove']);
    expect(sides.onLocal(key)).toBeNull();
    expect(sides.local.tombstones.get(key)?.stamp).toBe(v(2));
  });

  it('keeps a write that the deletion beat', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.write(key, v(2), 2);
    sides.deleteOnAtlas(key, v(5));
    expect(writesOf(settle(sides))).toEqual(['keep', 'noteTombstone', 'remove']);
    expect(sides.kept).toMatchObject([{ losingStamp: v(2), winningStamp: v(5), reason: 'deleted' }]);
  });

  it('removes nothing that the application wrote meanwhile', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.deleteOnAtlas(key, v(2));
    settle(
      sides,
      beforeFirst('remove', () => sides.write(key, v(9), 9)),
    );
    expect(sides.onAtlas(key)).toEqual({ content: 9, stamp: v(9) });
    expect(sides.onLocal(key)).toEqual({ content: 9, stamp: v(9) });
  });
});

describe('the marks of a document', () => {
  it('take the version of equal bytes on Atlas', () => {
    const sides = new TwoSides();
    sides.local.documents.set(key, documentAt(null, 1));
    sides.writeOnAtlas(key, v(2), 1);
    expect(writesOf(settle(sides))).toEqual(['amend']);
    expect(sides.local.documents.get(key)).toEqual(documentAt(v(2), 1));
    expect(sides.heard).toEqual([]);
  });

  it('are acknowledged where Atlas has the write already', () => {
    const sides = contested({ ours: 5, theirs: 2 });
    sides.writeOnAtlas(key, v(5), 5);
    expect(writesOf(settle(sides))).toEqual(['amend']);
    expect(sides.local.documents.get(key)).toEqual(documentAt(v(5), 5));
    expect(sides.heard).toEqual(['local-to-atlas']);
  });

  it('tell of a write past capture at the lowest time, so that it beats nothing it has not seen', () => {
    const sides = new TwoSides();
    sides.local.documents.set(key, documentAt(null, 1));
    sides.writeOnAtlas(key, v(2), 2);
    settle(sides);
    expect(sides.onLocal(key)).toEqual({ content: 2, stamp: v(2) });
    const [loser] = sides.kept;
    expect(loser).toMatchObject({ loser: 'local', body: bodyOf(1) });
    expect(loser && stampTimeMs(loser.losingStamp)).toBe(0);
  });

  it('tell of a write past capture whose digest was made of its own bytes', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.local.documents.set(key, documentAt(v(1), 2));
    settle(sides);
    expect(sides.onAtlas(key)?.content).toBe(2);
    expect(sides.local.documents.get(key)).toMatchObject({ dirty: null, digest: digestOf(bodyOf(2)) });
  });

  it('are cleared of a write that changed nothing', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.write(key, v(3), 1);
    expect(writesOf(settle(sides))).toEqual(['amend']);
    expect(sides.local.documents.get(key)).toEqual(documentAt(v(1), 1));
  });

  it('are put right where the local clock was far ahead', () => {
    const sides = new TwoSides();
    sides.rules = { ceilingMs: 100 };
    sides.write(key, withTime(v(3), 5000), 3);
    settle(sides);
    expect(sides.onAtlas(key)?.stamp).toBe(v(3, 100));
  });

  it('of a deletion are put right where the local clock was far ahead', () => {
    const sides = new TwoSides();
    sides.rules = { ceilingMs: 100 };
    sides.noteOnLocal(key, { pending: v(3, 5000), last: v(2, 4000), base: v(1) });
    settle(sides);
    expect(sides.atlas.tombstones.get(key)?.stamp).toBe(v(3, 100));
  });
});

describe('removeLocal', () => {
  it('finishes a deletion whose document is still there, of the version that it has', () => {
    const sides = new TwoSides();
    sides.share(key, v(2));
    sides.noteOnLocal(key, { pending: v(6), base: v(1) });
    const names = writesOf(settle(sides));
    expect(names.slice(0, 3)).toEqual(['keep', 'amendTombstone', 'remove']);
    expect(sides.onLocal(key)).toBeNull();
    expect(sides.atlas.tombstones.get(key)).toMatchObject({ stamp: v(6), base: v(2) });
    expect(sides.kept).toMatchObject([{ loser: 'local', losingStamp: v(2), reason: 'deleted' }]);
  });

  it('takes the version on Atlas for one that it has seen', () => {
    const sides = new TwoSides();
    sides.share(key, v(2));
    sides.noteOnLocal(key, { pending: v(6), base: v(1) });
    expect(writesOf(settle(sides)).filter((name) => name === 'keep')).toHaveLength(1);
  });
});
