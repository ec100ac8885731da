import { describe, expect, it } from '@jest/globals';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { isLater, stampTimeMs } from '../../../src/protocol/stamp.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import {
  beforeFirst,
  type Interference,
  losingAnswersOf,
  type Run,
  Unanswered,
  writesOf,
} from '../run-step.js';
import { bodyOf, documentAt, refusal, TwoSides } from '../two-sides.js';

const key = keyOf(0);

function settle(sides: TwoSides, interference?: Interference, foreignAtMs?: number): Run<unknown> {
  const hints = foreignAtMs === undefined ? {} : { foreignAtMs: new Map([[key, foreignAtMs]]) };
  return sides.run(reconcile(sides.context, [key], hints), interference);
}

/** Both sides had version 1, and the application has written since. */
function written(): TwoSides {
  const sides = new TwoSides();
  sides.share(key, v(1));
  sides.write(key, v(3), 3);
  return sides;
}

/** Both sides had version 1, and the application has deleted it. */
function deleted(): TwoSides {
  const sides = new TwoSides();
  sides.share(key, v(1));
  sides.delete(key, v(3));
  return sides;
}

describe('push', () => {
  it('holds a refused document and leaves the dirty index', () => {
    const sides = written();
    const refused = { storedCount: 0, refused: [{ index: 0, refusal }] };
    const run = settle(sides, { answer: ({ op }) => (op === 'push' ? refused : undefined) });
    expect(writesOf(run)).toEqual(['noteSent', 'push', 'quarantine', 'amend', 'forgetSent']);
    expect(sides.local.documents.get(key)).toMatchObject({ dirty: v(3), held: true });
  });

  it('stores nothing over a version that came between look and push', () => {
    const sides = written();
    settle(
      sides,
      beforeFirst('push', () => sides.writeOnAtlas(key, v(2), 2)),
    );
    expect(sides.onAtlas(key)).toEqual({ content: 3, stamp: v(3) });
    expect(sides.kept).toMatchObject([{ loser: 'atlas', losingStamp: v(2) }]);
  });

  it('creates again over a deletion that it builds on', () => {
    const sides = new TwoSides();
    sides.deleteOnAtlas(key, v(2));
    sides.noteOnLocal(key, { stamp: v(2) });
    sides.write(key, v(1), 1);
    settle(sides);
    expect(isLater(sides.onAtlas(key)?.stamp ?? null, v(2))).toBe(true);
    expect(sides.onLocal(key)).toEqual(sides.onAtlas(key));
  });
});

describe('pushDelete', () => {
  it('removes on Atlas first and writes the tombstone next, so that a tombstone is a fact', () => {
    const sides = deleted();
    expect(writesOf(settle(sides))).toEqual([
      'noteSent',
      'remove',
      'writeTombstone',
      'amendTombstone',
      'forgetSent',
    ]);
    expect(sides.onAtlas(key)).toBeNull();
    expect(sides.atlas.tombstones.get(key)).toMatchObject({ stamp: v(3), base: v(1) });
    expect(sides.local.tombstones.get(key)).toEqual({
      stamp: v(3),
      over: null,
      floor: null,
      pending: null,
      base: null,
      last: null,
    });
    expect(sides.heard).toEqual(['local-to-atlas']);
  });

  it('writes no tombstone where a version came between look and removal, and gives way to a later one', () => {
    const sides = deleted();
    settle(
      sides,
      beforeFirst('remove', () => sides.writeOnAtlas(key, v(9), 9)),
    );
    expect(sides.atlas.tombstones.size).toBe(0);
    expect(sides.onLocal(key)).toEqual({ content: 9, stamp: v(9) });
  });

  it('keeps an earlier version that it had not seen, and deletes it', () => {
    const sides = deleted();
    settle(
      sides,
      beforeFirst('remove', () => sides.writeOnAtlas(key, v(2), 2)),
    );
    expect(sides.onAtlas(key)).toBeNull();
    expect(sides.kept).toMatchObject([{ loser: 'atlas', losingStamp: v(2), body: bodyOf(2) }]);
  });

  it.each(['remove', 'writeTombstone'] as const)('goes on where the answer to %s was lost', (op) => {
    const sides = deleted();
    expect(() => settle(sides, losingAnswersOf(op))).toThrow(Unanswered);
    settle(sides);
    expect(sides.atlas.tombstones.get(key)).toMatchObject({ stamp: v(3), base: v(1) });
    expect(sides.local.tombstones.get(key)).toMatchObject({ stamp: v(3), pending: null });
  });
});

describe('seal', () => {
  it('leaves to Atlas what it does not let be sealed, in quarantine, and brings it to no branch', () => {
    const sides = new TwoSides();
    sides.atlas.write(key, documentAt(null, 5));
    const run = settle(sides, { answer: ({ op }) => (op === 'seal' ? [refusal] : undefined) });
    expect(writesOf(run)).toEqual(['seal', 'quarantine']);
    expect(run.result).toMatchObject({ refused: [key], unsettled: [] });
    expect(sides.onLocal(key)).toBeNull();
    expect(sides.heard).toEqual(['quarantined atlas-to-local']);
  });

  it('gives a foreign edit a version of its own, above what was there', () => {
    const sides = new TwoSides();
    sides.share(key, v(5));
    sides.atlas.editInPlace(key, bodyOf(2));
    settle(sides);
    expect(sides.onAtlas(key)?.content).toBe(2);
    expect(isLater(sides.onAtlas(key)?.stamp ?? null, v(5))).toBe(true);
    expect(sides.onLocal(key)).toEqual(sides.onAtlas(key));
  });

  it('takes the time of the event where it is known, and the lowest where it is not', () => {
    for (const atMs of [700, undefined]) {
      const sides = new TwoSides();
      sides.atlas.editInPlace(key, bodyOf(2));
      settle(sides, {}, atMs);
      const stamp = sides.onAtlas(key)?.stamp;
      expect(stamp && stampTimeMs(stamp)).toBe(atMs ?? 0);
    }
  });

  it('leaves a state alone that was written through bomba-sync meanwhile', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.atlas.editInPlace(key, bodyOf(2));
    settle(
      sides,
      beforeFirst('seal', () => sides.writeOnAtlas(key, v(9), 9)),
    );
    expect(sides.onAtlas(key)).toEqual({ content: 9, stamp: v(9) });
    expect(sides.onLocal(key)).toEqual({ content: 9, stamp: v(9) });
  });

  it('seals an edit too that came between look and seal', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.atlas.editInPlace(key, bodyOf(2));
    settle(
      sides,
      beforeFirst('seal', () => sides.atlas.editInPlace(key, bodyOf(4))),
    );
    expect(sides.onLocal(key)?.content).toBe(4);
    expect(sides.onLocal(key)).toEqual(sides.onAtlas(key));
  });

  it("keeps Local's state where nothing tells which side was edited", () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.atlas.documents.set(key, documentAt(v(1), 2, { digest: null }));
    expect(writesOf(settle(sides))).toEqual(['keep', 'seal', 'store']);
    expect(sides.kept).toMatchObject([{ loser: 'local', reason: 'uncaptured-edit', body: bodyOf(1) }]);
  });
});

describe('finishDelete', () => {
  it('removes what a tombstone names as its base', () => {
    const sides = new TwoSides();
    sides.atlas.documents.set(key, documentAt(v(1), 1));
    sides.atlas.tombstones.set(key, { stamp: v(2), base: v(1) });
    settle(sides);
    expect(sides.onAtlas(key)).toBeNull();
    expect(sides.kept).toEqual([]);
  });

  it('keeps a copy where the tombstone names another', () => {
    const sides = new TwoSides();
    sides.atlas.documents.set(key, documentAt(v(1), 1));
    sides.atlas.tombstones.set(key, { stamp: v(2), base: null });
    expect(writesOf(settle(sides)).slice(0, 2)).toEqual(['keep', 'remove']);
    expect(sides.kept).toMatchObject([{ loser: 'atlas', losingStamp: v(1), winningStamp: v(2) }]);
  });
});

describe('a copy', () => {
  it('is not kept of a record that is never edited', () => {
    const sides = new TwoSides();
    sides.rules = { insertOnly: true };
    sides.atlas.documents.set(key, documentAt(v(1), 1));
    sides.atlas.tombstones.set(key, { stamp: v(2), base: null });
    settle(sides);
    expect(sides.onAtlas(key)).toBeNull();
    expect(sides.kept).toEqual([]);
  });
});

describe('recordForeignDelete', () => {
  it('keeps a copy, writes a tombstone in the name of whoever deleted, and takes the deletion', () => {
    const sides = new TwoSides();
    sides.local.documents.set(key, documentAt(v(1), 1));
    expect(writesOf(settle(sides, {}, 700))).toEqual(['keep', 'writeTombstone', 'noteTombstone', 'remove']);
    expect(sides.kept).toMatchObject([{ loser: 'local', reason: 'unexplained-deletion', body: bodyOf(1) }]);
    const tombstone = sides.atlas.tombstones.get(key);
    expect(tombstone?.base).toBe(v(1));
    expect(tombstone && stampTimeMs(tombstone.stamp)).toBe(700);
    expect(sides.onLocal(key)).toBeNull();
  });

  it('lets a document be that came back meanwhile', () => {
    const sides = new TwoSides();
    sides.local.documents.set(key, documentAt(v(1), 1));
    let reads = 0;
    const before: Interference['before'] = ({ side, op }) => {
      if (side === 'atlas' && op === 'readDocuments' && ++reads === 1) sides.writeOnAtlas(key, v(2), 2);
    };
    settle(sides, { before });
    expect(sides.onLocal(key)).toEqual({ content: 2, stamp: v(2) });
    expect(sides.atlas.tombstones.size).toBe(0);
  });
});
