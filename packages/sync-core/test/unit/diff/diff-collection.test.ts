import { describe, expect, it } from '@jest/globals';
import { diffCollection, type DiffOptions, type DiffResult } from '../../../src/diff/diff-collection.js';
import { type DiffCounts } from '../../../src/diff/diff-page.js';
import { createDocumentKey } from '../../../src/document-key/document-key.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, type Run, writesOf } from '../run-step.js';
import { bodyOf, documentAt, TwoSides } from '../two-sides.js';

const LOCAL = { prefer: 'local', historyLost: false } as const;
const defaults: DiffOptions = {
  collection: 'bills',
  pageSize: 2,
  dryRun: false,
  maxUnexplainedDeletes: 10,
  onPage: () => true,
};

function diff(
  sides: TwoSides,
  options: Partial<DiffOptions> = {},
  interference?: Interference,
): Run<DiffResult> {
  return sides.run(diffCollection(sides.context, { ...defaults, ...options }), interference);
}

/** Five keys: the same on both sides, newer on Atlas, written on Local, only on Atlas, only on Local. */
function different(): TwoSides {
  const sides = new TwoSides();
  for (const number of [0, 1, 2]) sides.share(keyOf(number), v(1));
  sides.writeOnAtlas(keyOf(1), v(2), 2);
  sides.write(keyOf(2), v(3), 3);
  sides.writeOnAtlas(keyOf(3), v(4), 4);
  sides.write(keyOf(4), v(5), 5);
  return sides;
}

/** Clean documents that are gone from Atlas, and nothing says why. */
function gone(count: number): TwoSides {
  const sides = new TwoSides();
  for (let number = 0; number < count; number++) {
    sides.local.documents.set(keyOf(number), documentAt(v(1), number));
  }
  return sides;
}

function expectEqual({ local, atlas }: TwoSides): void {
  const contents = (documents: typeof local.documents): unknown =>
    [...documents].map(([key, { body, stamp }]) => [key, body, stamp]).toSorted();
  expect(contents(local.documents)).toEqual(contents(atlas.documents));
}

describe('diffCollection', () => {
  it('finds and settles what differs, on both sides', () => {
    const sides = different();
    expect(diff(sides).result).toEqual({
      comparedCount: 5,
      differentCount: 4,
      repairedCount: 4,
      ended: 'complete',
      open: [],
    });
    expectEqual(sides);
    expect(sides.local.documents.size).toBe(5);
  });

  it('finds nothing the second time', () => {
    const sides = different();
    diff(sides);
    const run = diff(sides);
    expect(run.result).toMatchObject({ comparedCount: 5, differentCount: 0, ended: 'complete' });
    expect(writesOf(run)).toEqual([]);
  });

  it('changes nothing in a dry run, and counts all the same', () => {
    const run = diff(different(), { dryRun: true, choice: LOCAL });
    expect(run.result).toEqual({
      comparedCount: 5,
      differentCount: 4,
      repairedCount: 0,
      ended: 'complete',
      open: [],
    });
    expect(writesOf(run)).toEqual([]);
  });

  it('puts nothing back in a dry run', () => {
    expect(writesOf(diff(gone(3), { dryRun: true, choice: LOCAL }))).toEqual([]);
  });

  it('compares only its collection', () => {
    const sides = new TwoSides();
    sides.writeOnAtlas(createDocumentKey('shops', 'int:1'), v(1), 1);
    sides.write(createDocumentKey('shops', 'int:2'), v(1), 1);
    expect(diff(sides).result.comparedCount).toBe(0);
  });

  it('has an end whether or not the last page is full', () => {
    for (const pageSize of [1, 2, 3, 4, 5, 6]) {
      expect(diff(different(), { pageSize }).result).toMatchObject({ comparedCount: 5, ended: 'complete' });
    }
  });

  it('reads no more than a page at once', () => {
    const { operations } = diff(different());
    const sizes = operations.map((operation) => ('entries' in operation ? operation.entries.length : 0));
    expect(Math.max(...sizes)).toBe(2);
  });

  it('tells of each page, and stops where it is told to', () => {
    const pages: DiffCounts[] = [];
    const { result } = diff(different(), { onPage: (counts) => pages.push(counts) < 2 });
    expect(pages.map(({ comparedCount }) => comparedCount)).toEqual([2, 3]);
    expect(result).toMatchObject({ ended: 'stopped', comparedCount: 3 });
  });

  it('takes over deletions that nobody recorded, up to the fuse, with a copy', () => {
    const sides = gone(2);
    expect(diff(sides, { maxUnexplainedDeletes: 2 }).result).toMatchObject({
      ended: 'complete',
      repairedCount: 2,
    });
    expect(sides.local.documents.size).toBe(0);
    expect(sides.kept.map(({ reason }) => reason)).toEqual(['unexplained-deletion', 'unexplained-deletion']);
  });

  it('takes over none of them where they turn out to be more than the fuse allows, pages later', () => {
    const sides = gone(5);
    expect(diff(sides, { maxUnexplainedDeletes: 2 }).result).toMatchObject({
      ended: 'too-many-unexplained-deletes',
      comparedCount: 4,
      differentCount: 4,
      repairedCount: 0,
      open: [],
    });
    expect(sides.local.documents.size).toBe(5);
    expect(sides.kept).toEqual([]);
  });

  it('stops, where a deletion that was made here is older than the document that is gone, and is given up', () => {
    const sides = gone(1);
    sides.noteOnLocal(keyOf(0), { pending: v(0) });
    expect(diff(sides, { maxUnexplainedDeletes: 0 }).result.ended).toBe('too-many-unexplained-deletes');
    expect(sides.onLocal(keyOf(0))).not.toBeNull();
  });

  it('stops for documents whose last write changed nothing, too', () => {
    const sides = gone(3);
    for (const number of [0, 1, 2]) sides.write(keyOf(number), v(3), number);
    sides.restart();
    expect(diff(sides, { maxUnexplainedDeletes: 0 }).result.ended).toBe('too-many-unexplained-deletes');
    expect(sides.local.documents.size).toBe(3);
  });

  it('counts no deletion as unexplained that is recorded, made here, or of a dirty document', () => {
    const sides = gone(3);
    sides.atlas.tombstones.set(keyOf(0), { stamp: v(2), base: v(1) });
    sides.noteOnLocal(keyOf(1), { pending: v(3), base: v(1) });
    sides.write(keyOf(2), v(3), 3);
    expect(diff(sides, { maxUnexplainedDeletes: 0 }).result.ended).toBe('complete');
  });

  it('counts none where nothing comes to Local, as it is not taken over', () => {
    const sides = gone(5);
    sides.rules = { oneWay: true };
    expect(diff(sides, { maxUnexplainedDeletes: 0 }).result.ended).toBe('complete');
    expect(sides.local.documents.size).toBe(5);
  });

  it('counts one that was created anew behind the only tombstone there is', () => {
    const sides = new TwoSides();
    sides.atlas.tombstones.set(keyOf(0), { stamp: v(2), base: v(1) });
    sides.local.documents.set(keyOf(0), documentAt(v(3), 3));
    expect(diff(sides, { maxUnexplainedDeletes: 0 }).result.ended).toBe('too-many-unexplained-deletes');
    expect(sides.local.documents.size).toBe(1);
  });

  it('puts back on Atlas what is gone there, where the operator chose Local', () => {
    const sides = gone(5);
    const { result } = diff(sides, { choice: LOCAL, maxUnexplainedDeletes: 0 });
    expect(result).toMatchObject({ ended: 'complete', repairedCount: 5 });
    expect(sides.onAtlas(keyOf(4))?.content).toBe(4);
    expectEqual(sides);
    expect(sides.kept).toEqual([]);
  });

  it('does not put back what the application deleted', () => {
    const sides = gone(1);
    sides.delete(keyOf(0), v(6));
    diff(sides, { choice: LOCAL });
    expect(sides.onAtlas(keyOf(0))).toBeNull();
  });

  it('does not mark over what the application writes while it restores', () => {
    const sides = gone(1);
    diff(
      sides,
      { choice: LOCAL },
      beforeFirst('amend', () => sides.write(keyOf(0), v(9), 9)),
    );
    expect(sides.onAtlas(keyOf(0))).toEqual({ content: 9, stamp: v(9) });
  });

  it('names the keys that are not settled yet', () => {
    const sides = gone(1);
    sides.goneForGood = false;
    expect(diff(sides).result).toMatchObject({ open: [keyOf(0)], differentCount: 1, repairedCount: 0 });
  });

  it('pushes nothing while push is paused', () => {
    const sides = different();
    sides.mayPush = false;
    diff(sides);
    expect(sides.onAtlas(keyOf(2))).toEqual({ content: 1, stamp: v(1) });
    expect(sides.onAtlas(keyOf(4))).toBeNull();
    expect(sides.onLocal(keyOf(1))?.stamp).toBe(v(2));
    expect(sides.onLocal(keyOf(3))?.stamp).toBe(v(4));
  });

  it('takes plain states of Atlas together, and what a deletion or a local write speaks against by a look', () => {
    const sides = new TwoSides();
    for (const number of [0, 1, 2]) sides.writeOnAtlas(keyOf(number), v(2), number);
    sides.share(keyOf(3), v(1));
    sides.writeOnAtlas(keyOf(3), v(3), 3);
    sides.writeOnAtlas(keyOf(4), v(4), 4);
    sides.noteOnLocal(keyOf(4), { stamp: v(9) });
    sides.write(keyOf(5), v(7), 5);
    sides.writeOnAtlas(keyOf(5), v(5), 9);
    const run = diff(sides, { pageSize: 10 });
    const bulks = run.operations.filter(({ op }) => op === 'insert' || op === 'store');
    expect(bulks[0]).toMatchObject({ op: 'store', entries: [{ key: keyOf(3) }] });
    expect(bulks[1]).toMatchObject({
      op: 'insert',
      entries: [0, 1, 2].map((number) => ({ key: keyOf(number) })),
    });
    expect(sides.onLocal(keyOf(4))).toBeNull();
    expect(sides.onAtlas(keyOf(5))?.stamp).toBe(v(7));
    expectEqual(sides);
  });

  it('looks at no key that is plainly the same on both sides', () => {
    const sides = different();
    const { operations } = diff(sides, { pageSize: 10 });
    const looked = operations.flatMap((operation) =>
      operation.op === 'readWithin' ? operation.entries : [],
    );
    expect(looked).toContain(keyOf(1));
    expect(looked).not.toContain(keyOf(0));
  });

  it('finds a foreign edit by its digest', () => {
    const sides = new TwoSides();
    sides.share(keyOf(0), v(1));
    sides.atlas.editInPlace(keyOf(0), bodyOf(2));
    diff(sides);
    expect(sides.onLocal(keyOf(0))?.content).toBe(2);
    expectEqual(sides);
  });
});
