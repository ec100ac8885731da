import { describe, expect, it } from '@jest/globals';
import { type Stamp } from '../../../src/protocol/stamp.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { bodyOf, digestOf, documentAt, TwoSides } from '../two-sides.js';

const key = keyOf(0);
const info = { version: 1, conflictCount: 0, instanceId: null };
const entry = { key, base: v(1), stamp: v(2), body: bodyOf(2), digest: digestOf(bodyOf(2)), info };

/** Atlas with version 1 of a document, and none of its events. */
function atlasWithOne(): TwoSides['atlas'] {
  const { atlas } = new TwoSides();
  atlas.documents.set(key, documentAt(v(1), 1));
  return atlas;
}

function seal(atlas: TwoSides['atlas'], expected: Stamp | null): void {
  const state = { key, expected, stamp: v(3), body: bodyOf(1), info };
  atlas.perform({ side: 'atlas', op: 'seal', entries: [state] });
}

describe('the events of Atlas in memory', () => {
  it('carry the state that a push stored', () => {
    const atlas = atlasWithOne();
    atlas.perform({ side: 'atlas', op: 'push', entries: [entry] });
    expect(atlas.events).toMatchObject([
      { kind: 'state', key, state: { stamp: v(2), edited: 'no' }, atMs: 1000 },
    ]);
  });

  it('are not sent by a push, a removal or a seal that misses', () => {
    const atlas = atlasWithOne();
    atlas.perform({
      side: 'atlas',
      op: 'push',
      entries: [
        { ...entry, base: v(9) },
        { ...entry, base: null },
      ],
    });
    atlas.perform({ side: 'atlas', op: 'remove', entries: [{ key, base: v(9) }] });
    seal(atlas, null);
    expect(atlas.events).toEqual([]);
  });

  it('only hint at a removal and a seal', () => {
    const atlas = atlasWithOne();
    seal(atlas, v(1));
    atlas.perform({ side: 'atlas', op: 'remove', entries: [{ key, base: v(3) }] });
    expect(atlas.events).toEqual([
      { kind: 'hint', key },
      { kind: 'hint', key, isRemoval: true },
    ]);
  });

  it('tell of a deletion where it is later than the one that is recorded', () => {
    const atlas = atlasWithOne();
    for (const stamp of [v(5), v(4), v(5)]) {
      atlas.perform({ side: 'atlas', op: 'writeTombstone', entries: [{ key, stamp, base: v(1) }] });
    }
    expect(atlas.events).toEqual([{ kind: 'tombstone', key, stamp: v(5) }]);
  });

  it('tell of an edit in place, after which the digest tells', () => {
    const atlas = atlasWithOne();
    atlas.editInPlace(key, bodyOf(2));
    expect(atlas.events).toEqual([{ kind: 'foreign', key, atMs: 1000 }]);
    const [document] = atlas.perform({ side: 'atlas', op: 'readDocuments', entries: [key] });
    expect(document).toMatchObject({ stamp: v(1), edited: 'yes', body: bodyOf(2) });
  });
});
