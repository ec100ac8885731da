import { describe, expect, it } from '@jest/globals';
import { pushBatch, type PushBatchResult } from '../../../src/push/push-batch.js';
import { stampTimeMs, withTime } from '../../../src/protocol/stamp.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
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
import { documentAt, refusal, TwoSides } from '../two-sides.js';

const key = keyOf(0);

function push(sides: TwoSides, interference?: Interference, keys = [key]): Run<PushBatchResult> {
  return sides.run(pushBatch(sides.context, keys), interference);
}

/** Both sides had version 1, and the application has written since. */
function written(): TwoSides {
  const sides = new TwoSides();
  sides.share(key, v(1));
  sides.write(key, v(3), 3);
  return sides;
}

/** Atlas stores all but the first entry, which it refuses. */
function refusingFirst(sides: TwoSides): NonNullable<Interference['answer']> {
  return (operation) => {
    if (operation.op !== 'push') return undefined;
    const { storedCount } = sides.atlas.perform({ ...operation, entries: operation.entries.slice(1) });
    return { storedCount, refused: [{ index: 0, refusal }] };
  };
}

describe('pushBatch', () => {
  it('stores a written document on Atlas, and Local is clean', () => {
    const sides = written();
    expect(push(sides).result).toEqual({ pushedCount: 1, leftOver: [], later: [] });
    const info = { version: 1, conflictCount: 0, instanceId: 'this-branch' };
    expect(sides.atlas.documents.get(key)).toEqual(documentAt(v(3), 3, { info }));
    expect(sides.local.documents.get(key)).toEqual(documentAt(v(3), 3, { info }));
    expect(sides.heard).toEqual(['local-to-atlas']);
  });

  it('creates on Atlas what is new', () => {
    const sides = new TwoSides();
    sides.write(key, v(3), 3);
    push(sides);
    expect(sides.onAtlas(key)).toEqual({ content: 3, stamp: v(3) });
    expect(sides.onLocal(key)).toEqual({ content: 3, stamp: v(3) });
  });

  it('lifts the version above what the write builds on', () => {
    const sides = new TwoSides();
    sides.share(key, v(5));
    sides.noteOnLocal(key, { stamp: v(4), floor: v(7) });
    sides.write(key, v(3), 3);
    push(sides);
    expect(sides.onAtlas(key)?.stamp).toBe(v(3, 71));
  });

  it('leaves a write over that has not seen a deletion noted here', () => {
    const sides = new TwoSides();
    sides.share(key, v(5));
    sides.noteOnLocal(key, { stamp: v(6) });
    sides.write(key, v(3), 3);
    expect(push(sides).result).toEqual({ pushedCount: 0, leftOver: [key], later: [] });
  });

  it('creates at once what was inserted after a deletion had been noted, whatever its clock says', () => {
    const sides = new TwoSides();
    sides.noteOnLocal(key, { stamp: v(6) });
    sides.write(key, v(3), 3);
    expect(push(sides).result).toEqual({ pushedCount: 1, leftOver: [], later: [] });
    expect(sides.onAtlas(key)?.stamp).toBe(v(3, 61));
  });

  it('leaves a document over that another took away while its deletion was being noted', () => {
    const sides = new TwoSides();
    sides.noteOnLocal(key, { stamp: v(6) });
    sides.write(key, v(3), 3);
    const answer: Interference['answer'] = ({ op }) => (op === 'readMarks' ? [null] : undefined);
    expect(push(sides, { answer }).result).toEqual({ pushedCount: 0, leftOver: [key], later: [] });
  });

  it('leaves a document over that somebody holds under an id of two writes, and no look settles it', () => {
    const sides = written();
    sides.write(keyOf(1), v(4), 4);
    let isHeld = true;
    const answer: Interference['answer'] = (operation) => {
      if (!isHeld || operation.side !== 'local' || operation.op !== 'readWithin') return undefined;
      const found: readonly unknown[] = sides.local.perform(operation);
      return operation.entries.map((each, i): unknown =>
        each === key ? { ...Object(found[i]), contended: true } : found[i],
      );
    };
    const { result } = push(sides, { answer }, [key, keyOf(1)]);
    expect(result).toEqual({ pushedCount: 1, leftOver: [key], later: [] });
    const looking = sides.run(reconcile(sides.context, [key]), { answer });
    expect(looking.result.unsettled).toEqual([key]);
    expect(writesOf(looking)).toEqual([]);
    isHeld = false;
    expect(push(sides, { answer }).result.pushedCount).toBe(1);
  });

  it('notes what it sends before it leaves, and forgets it once that is settled', () => {
    const sides = written();
    const run = push(sides);
    expect(writesOf(run)).toEqual(['noteSent', 'push', 'acknowledge', 'forgetSent']);
    expect(run.operations.find(({ op }) => op === 'noteSent')).toMatchObject({
      versions: [{ key, stamp: v(3) }],
    });
    expect(sides.local.sent.size).toBe(0);
  });

  it('sends many in one round trip', () => {
    const sides = new TwoSides();
    const keys = [0, 1, 2, 3].map(keyOf);
    keys.forEach((each, i) => sides.write(each, v(i + 1), i));
    const run = push(sides, {}, keys);
    expect(run.result.pushedCount).toBe(4);
    expect(run.operations.filter(({ side }) => side === 'atlas')).toHaveLength(1);
  });

  it('keeps the application dirty that writes while the push is under way, building on what was pushed', () => {
    const sides = written();
    expect(
      push(
        sides,
        beforeFirst('acknowledge', () => sides.write(key, v(4), 4)),
      ).result.leftOver,
    ).toEqual([]);
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: v(3), dirty: v(4) });
  });

  it('leaves a new document to a look that the application writes while the push is under way', () => {
    const sides = new TwoSides();
    sides.write(key, v(3), 3);
    const run = push(
      sides,
      beforeFirst('acknowledge', () => sides.write(key, v(4), 4)),
    );
    expect(run.result).toEqual({ pushedCount: 0, leftOver: [key], later: [] });
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: null, dirty: v(4) });
    expect(sides.local.sent.size).toBe(1);
  });

  it('stores nothing over a version it has not seen, and leaves the key to a look', () => {
    const sides = written();
    sides.writeOnAtlas(key, v(2), 2);
    expect(push(sides).result).toEqual({ pushedCount: 0, leftOver: [key], later: [] });
    expect(sides.onAtlas(key)).toEqual({ content: 2, stamp: v(2) });
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: v(1), dirty: v(3) });
  });

  it('settles an unanswered push by the version it finds', () => {
    const sides = written();
    expect(() => push(sides, losingAnswersOf('push'))).toThrow(Unanswered);
    expect(sides.local.sent.size).toBe(1);
    expect(push(sides).result).toEqual({ pushedCount: 1, leftOver: [], later: [] });
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: v(3), dirty: null });
  });

  it('leaves the same write under another version of Atlas to a look, which takes that one over', () => {
    const sides = written();
    const sentBefore = withTime(v(3), stampTimeMs(v(3)) - 1);
    sides.writeOnAtlas(key, sentBefore, 3); // by this Local, which fell back since and gave the write another time
    expect(push(sides).result).toEqual({ pushedCount: 0, leftOver: [key], later: [] });
    sides.run(reconcile(sides.context, [key]));
    expect(sides.onAtlas(key)).toEqual({ content: 3, stamp: sentBefore });
    expect(sides.local.documents.get(key)).toMatchObject({ stamp: sentBefore, dirty: null });
  });

  it('tells winners from losers where not all were stored', () => {
    const sides = written();
    sides.write(keyOf(1), v(4), 4);
    sides.writeOnAtlas(key, v(2), 2);
    expect(push(sides, {}, [key, keyOf(1)]).result).toEqual({ pushedCount: 1, leftOver: [key], later: [] });
    expect(sides.local.documents.get(keyOf(1))?.dirty).toBeNull();
  });

  it('holds a refused document and leaves the dirty index', () => {
    const sides = written();
    const run = push(sides, { answer: refusingFirst(sides) });
    expect(run.result.leftOver).toEqual([]);
    expect(sides.local.documents.get(key)).toMatchObject({ dirty: v(3), held: true });
    expect(sides.local.perform({ side: 'local', op: 'scanDirty', after: null, limit: 9 })).toEqual([]);
    expect([...sides.local.quarantine.values()]).toMatchObject([{ key, stamp: v(3), refusal }]);
    expect(sides.heard).toEqual(['quarantined local-to-atlas']);
  });

  it('says why before it holds', () => {
    const sides = written();
    const names = writesOf(push(sides, { answer: refusingFirst(sides) }));
    expect(names).toEqual(['noteSent', 'push', 'quarantine', 'amend', 'forgetSent']);
  });

  it('does not hold what the application has put right meanwhile', () => {
    const sides = written();
    const writing = beforeFirst('amend', () => sides.write(key, v(4), 4));
    push(sides, { ...writing, answer: refusingFirst(sides) });
    expect(sides.local.documents.get(key)).toMatchObject({ dirty: v(4), held: false });
  });

  it('does not let one refused document block the others', () => {
    const sides = written();
    sides.write(keyOf(1), v(4), 4);
    push(sides, { answer: refusingFirst(sides) }, [key, keyOf(1)]);
    expect(sides.onAtlas(keyOf(1))).toEqual({ content: 4, stamp: v(4) });
    expect(sides.local.documents.get(keyOf(1))?.dirty).toBeNull();
  });

  it.each([
    ['is clean', {}],
    ['is held', { dirty: v(3), held: true }],
    ['is being deleted', { dirty: v(3), deleting: true }],
  ])('sends nothing where the document %s', (_, marks) => {
    const sides = new TwoSides();
    sides.local.documents.set(key, documentAt(v(1), 3, marks));
    const run = push(sides);
    expect(run.result).toEqual({ pushedCount: 0, leftOver: [], later: [] });
    expect(writesOf(run)).toEqual([]);
  });

  it.each([
    ['changed nothing', documentAt(v(1), 1, { dirty: v(3) })],
    [
      'is only the output of business logic',
      documentAt(v(1), 3, { digest: null, dirty: v(3), derived: true }),
    ],
    ['has an id far ahead', documentAt(v(1), 3, { digest: null, dirty: withTime(v(3), 10_001) })],
  ])('leaves a write to a look that %s', (_, document) => {
    const sides = new TwoSides();
    sides.rules = { ceilingMs: 10_000 };
    sides.local.documents.set(key, document);
    const run = push(sides);
    expect(run.result.leftOver).toEqual([key]);
    expect(writesOf(run)).toEqual([]);
  });

  it('pushes an id that is just not too far ahead', () => {
    const sides = new TwoSides();
    sides.rules = { ceilingMs: 10_000 };
    sides.write(key, withTime(v(3), 10_000), 3);
    expect(push(sides).result.pushedCount).toBe(1);
  });

  it('leaves a pending deletion to a look, with or without a document', () => {
    for (const content of [null, 3]) {
      const sides = new TwoSides();
      sides.noteOnLocal(key, { pending: v(2) });
      if (content !== null) sides.write(key, v(3), content);
      expect(push(sides).result.leftOver).toEqual([key]);
    }
  });

  it('reads documents before tombstones, so that a recreated document is read with its deletion', () => {
    const sides = new TwoSides();
    sides.share(key, v(1));
    const recreating = beforeFirst('readWithin', () => {
      sides.delete(key, v(5));
      sides.write(key, v(6), 6);
    });
    expect(push(sides, recreating).result.leftOver).toEqual([key]);
    expect(sides.onAtlas(key)?.stamp).toBe(v(1));
  });
});
