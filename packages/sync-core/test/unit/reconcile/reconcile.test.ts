import { describe, expect, it } from '@jest/globals';
import { reconcile, type ReconcileResult } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { type Interference, losingAnswersOf, type Run, Unanswered, writesOf } from '../run-step.js';
import { documentAt, refusal, TwoSides } from '../two-sides.js';

const key = keyOf(0);
const settled: ReconcileResult = { waiting: [], unsettled: [], toPush: [], refused: [] };

function settle(
  sides: TwoSides,
  { keys = [key], ...interference }: Interference & { keys?: (typeof key)[] } = {},
): Run<ReconcileResult> {
  return sides.run(reconcile(sides.context, keys), interference);
}

/** Both sides had version 1, and the application has written since. */
function written(): TwoSides {
  const sides = new TwoSides();
  sides.share(key, v(1));
  sides.write(key, v(3), 3);
  return sides;
}

/** A version of this branch is on Atlas unanswered, and the application has written again. */
function unansweredAndWrittenAgain(): TwoSides {
  const sides = written();
  expect(() => settle(sides, losingAnswersOf('push'))).toThrow(Unanswered);
  sides.write(key, v(5), 5);
  return sides;
}

describe('reconcile', () => {
  it('asks for nothing where there are no keys', () => {
    expect(settle(new TwoSides(), { keys: [] })).toEqual({ result: settled, operations: [] });
  });

  it('writes nothing where both sides are the same', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    const run = settle(sides);
    expect(run.result).toEqual(settled);
    expect(writesOf(run)).toEqual([]);
  });

  it('settles a key once that it is given twice', () => {
    const run = settle(written(), { keys: [key, key] });
    expect(writesOf(run).filter((op) => op === 'push')).toHaveLength(1);
  });

  it('looks only at what is not settled yet', () => {
    const sides = written();
    sides.share(keyOf(1), v(1));
    const { operations } = settle(sides, { keys: [key, keyOf(1)] });
    const looks = operations.filter(({ side, op }) => side === 'atlas' && op === 'readWithin');
    expect(looks).toMatchObject([{ entries: [key, keyOf(1)] }, { entries: [key] }]);
  });

  it('rebases onto a version it has sent, without a conflict record', () => {
    const sides = unansweredAndWrittenAgain();
    expect(settle(sides).result).toEqual(settled);
    expect(sides.onAtlas(key)).toEqual({ content: 5, stamp: v(5) });
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: v(5), dirty: null });
    expect(sides.kept).toEqual([]);
  });

  it('keeps a version it has sent as a conflict where the note of it is lost', () => {
    const sides = unansweredAndWrittenAgain();
    settle(sides, { answer: ({ op }) => (op === 'readSent' ? [new Set()] : undefined) });
    expect(sides.onAtlas(key)?.stamp).toBe(v(5));
    expect(sides.kept).toMatchObject([{ loser: 'atlas', losingStamp: v(3) }]);
  });

  it('pushes a second deletion over a version it has sent, without a conflict record', () => {
    const sides = written();
    expect(() => settle(sides, losingAnswersOf('push'))).toThrow(Unanswered);
    sides.delete(key, v(6));
    expect(settle(sides).result).toEqual(settled);
    expect(sides.onAtlas(key)).toBeNull();
    expect(sides.kept).toEqual([]);
  });

  it('notes what it sends before it leaves, and forgets it once the key is settled', () => {
    const sides = written();
    const run = settle(sides);
    expect(writesOf(run)).toEqual(['noteSent', 'push', 'acknowledge', 'forgetSent']);
    expect(sides.local.sent.size).toBe(0);
  });

  it('remembers what it sent where the answer was lost', () => {
    const sides = unansweredAndWrittenAgain();
    expect([...sides.local.sent.values()]).toEqual([[{ key, stamp: v(3) }]]);
  });

  it('remembers what it sent while the document is being deleted, so that it is no conflict then', () => {
    const sides = new TwoSides();
    sides.write(key, v(3), 3);
    const mark: Interference['before'] = ({ op }) => {
      if (op !== 'acknowledge') return;
      sides.local.documents.set(key, documentAt(null, 3, { dirty: v(5), last: v(3), deleting: true }));
    };
    expect(settle(sides, { before: mark }).result).toEqual(settled);
    expect([...sides.local.sent.values()]).toEqual([[{ key, stamp: v(3) }]]);
    sides.delete(key, v(5));
    expect(settle(sides).result).toEqual(settled);
    expect(sides.onAtlas(key)).toBeNull();
    expect(sides.kept).toEqual([]);
  });

  it('says that a key waits which is gone without a tombstone', () => {
    const sides = new TwoSides();
    sides.goneForGood = false;
    sides.local.documents.set(key, documentAt(v(1), 1));
    const run = settle(sides);
    expect(run.result).toEqual({ ...settled, waiting: [key] });
    expect(writesOf(run)).toEqual([]);
  });

  it('gives a key up for now that others write all the while', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    let version = 1;
    const before: Interference['before'] = ({ op }) => {
      if (op === 'store') sides.write(key, v(++version + 100), version);
      if (op === 'amend') sides.writeOnAtlas(key, v(++version + 100), version);
    };
    sides.writeOnAtlas(key, v(2), 2);
    expect(settle(sides, { before }).result).toEqual({ ...settled, unsettled: [key] });
  });

  it('leaves a key to push that the application writes all the while, once it builds on what Atlas has', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    let writeCount = 0;
    const before: Interference['before'] = ({ side }) => {
      if (side === 'local') sides.write(key, v(++writeCount + 100), writeCount);
    };
    sides.writeOnAtlas(key, v(2), 2);
    expect(settle(sides, { before }).result).toEqual({ ...settled, toPush: [key] });
  });

  it('looks again where a tombstone changed while it looked', () => {
    const sides = new TwoSides();
    let looks = 0;
    const before: Interference['before'] = ({ side, op }) => {
      if (side !== 'local' || op !== 'readWithin' || ++looks > 1) return;
      sides.noteOnLocal(key, { stamp: v(3) });
    };
    expect(settle(sides, { before }).result).toEqual(settled);
    expect(looks).toBe(2);
  });

  it('brings only Local forward while push is paused', () => {
    const sides = written();
    sides.writeOnAtlas(key, v(2), 2);
    sides.share(keyOf(1), v(1));
    sides.delete(keyOf(1), v(6));
    sides.mayPush = false;
    const run = settle(sides, { keys: [key, keyOf(1), keyOf(2)] });
    expect(run.result).toEqual({ ...settled, toPush: [keyOf(1), key] });
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: v(2), dirty: v(3) });
    expect(run.operations.filter(({ side, op }) => side === 'atlas' && !op.startsWith('read'))).toEqual([]);
  });

  it('does not write a tombstone of its own while push is paused', () => {
    const sides = new TwoSides();
    sides.noteOnLocal(key, { pending: v(6), base: v(1) });
    sides.mayPush = false;
    const run = settle(sides);
    expect(writesOf(run)).toEqual([]);
    expect(run.result).toEqual({ ...settled, toPush: [key] });
  });

  it('puts into quarantine what Local will not store, and names it', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    sides.writeOnAtlas(key, v(2), 2);
    const run = settle(sides, { answer: ({ op }) => (op === 'store' ? [refusal] : undefined) });
    expect(run.result).toEqual({ ...settled, refused: [key] });
    expect([...sides.local.quarantine.values()]).toMatchObject([
      { key, direction: 'atlas-to-local', stamp: v(2) },
    ]);
    expect(sides.heard).toEqual(['quarantined atlas-to-local']);
  });
});
