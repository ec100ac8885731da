import { describe, expect, it } from '@jest/globals';
import { classify } from '../../../src/diff/classify.js';
import { confirmPage } from '../../../src/diff/confirm-page.js';
import { diffStart } from '../../../src/diff/diff-page.js';
import { findPage } from '../../../src/diff/find-page.js';
import { decide } from '../../../src/protocol/decide.js';
import { deletedOnAtlas, pending, rulesOf, tombstone, v, viewOf } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { bodyOf, documentAt, TwoSides } from '../two-sides.js';

const RULES = { collection: 'bills', dryRun: true, maxUnexplainedDeletes: 10, pageSize: 10 } as const;
const KEY = keyOf(0);

/** What a second look says of a side's only key; `between`: what happens before it. */
function lookTwice(sides: TwoSides, between: () => void = () => undefined) {
  const atlas = sides.run(findPage(sides.context, RULES, diffStart)).result;
  const local = atlas.next && sides.run(findPage(sides.context, RULES, atlas.next)).result;
  between();
  const candidates = [...atlas.candidates, ...(local?.candidates ?? [])];
  const { confirmed, moving } = sides.run(confirmPage(sides.context, candidates)).result;
  return {
    found: confirmed.map(({ kind, newer, editedOn }) => ({ kind, newer, editedOn })),
    moving: moving.map(({ last }) => last?.kind ?? null),
  };
}

/** A key that is the same on both sides. */
function shared(): TwoSides {
  const sides = new TwoSides();
  sides.share(KEY, v(1));
  return sides;
}

describe('a difference', () => {
  it('is in flight where live sync is about to push it', () => {
    const sides = shared();
    sides.write(KEY, v(3), 3);
    expect(lookTwice(sides).found).toEqual([{ kind: 'in-flight', newer: 'local', editedOn: [] }]);
    sides.mayPush = false;
    expect(lookTwice(sides).found).toEqual([{ kind: 'differs', newer: 'local', editedOn: [] }]);
  });

  it('is none where it arrived before the second look', () => {
    const sides = new TwoSides();
    sides.writeOnAtlas(KEY, v(2), 2);
    const arrive = () => sides.local.documents.set(KEY, documentAt(v(2), 2));
    expect(lookTwice(sides, arrive)).toEqual({ found: [], moving: [] });
  });

  it('is to be looked at once more where it is another one at the second look', () => {
    const sides = shared();
    sides.writeOnAtlas(KEY, v(2), 2);
    expect(lookTwice(sides, () => sides.writeOnAtlas(KEY, v(3), 3))).toEqual({
      found: [],
      moving: ['differs'],
    });
  });

  it('names the side that a foreign hand edited', () => {
    const onAtlas = shared();
    onAtlas.atlas.editInPlace(KEY, bodyOf(7));
    expect(lookTwice(onAtlas).found).toEqual([{ kind: 'differs', newer: null, editedOn: ['atlas'] }]);
    const onLocal = shared();
    onLocal.local.documents.set(KEY, { ...documentAt(v(1), 1), body: bodyOf(7) });
    expect(lookTwice(onLocal).found).toEqual([{ kind: 'differs', newer: null, editedOn: ['local'] }]);
  });

  it('is of metadata alone where the bytes are the same', () => {
    const sides = shared();
    sides.writeOnAtlas(KEY, v(2), 1);
    expect(lookTwice(sides).found).toEqual([{ kind: 'metadata-only', newer: 'atlas', editedOn: [] }]);
  });

  it('is a deletion that did not reach everything, on either side', () => {
    const onLocal = shared();
    onLocal.deleteOnAtlas(KEY, v(2));
    expect(lookTwice(onLocal).found).toMatchObject([{ kind: 'deleted-but-present' }]);
    const onAtlas = shared();
    onAtlas.delete(KEY, v(2));
    onAtlas.mayPush = false;
    expect(lookTwice(onAtlas).found).toMatchObject([{ kind: 'deleted-but-present' }]);
  });

  it('is missing on Atlas where a clean document is gone there without a trace', () => {
    const sides = shared();
    sides.atlas.erase(KEY);
    expect(lookTwice(sides).found).toMatchObject([{ kind: 'missing-on-atlas' }]);
  });

  it('is held where the document waits in quarantine', () => {
    const sides = shared();
    sides.local.documents.set(KEY, documentAt(v(1), 3, { digest: null, dirty: v(3), held: true }));
    expect(lookTwice(sides).found).toMatchObject([{ kind: 'held' }]);
  });

  it('is none where neither side has a document, whatever is still to be told of its deletion', () => {
    const rules = rulesOf();
    for (const view of [viewOf(tombstone(pending)), viewOf(deletedOnAtlas(v(5)))]) {
      const answer = decide(view, rules);
      expect(answer.do).not.toBe('nothing');
      for (const mayPush of [true, false]) expect(classify(view, { answer, rules, mayPush })).toBeNull();
    }
  });

  it('is none of ours in a collection that is not pulled', () => {
    const sides = shared();
    sides.writeOnAtlas(KEY, v(2), 2);
    sides.rules = { oneWay: true };
    expect(lookTwice(sides).found).toEqual([]);
  });
});
