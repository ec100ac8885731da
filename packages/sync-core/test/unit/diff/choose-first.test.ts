import { describe, expect, it } from '@jest/globals';
import { diffCollection } from '../../../src/diff/diff-collection.js';
import { type FirstWinner } from '../../../src/diff/choose-first.js';
import { lowestStamp } from '../../../src/protocol/stamp.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { type Interference, beforeFirst, writesOf } from '../run-step.js';
import { documentAt, TwoSides } from '../two-sides.js';

const KEY = keyOf(0);

/** A document on both sides, never synced. */
function met(local: number, atlas: number): TwoSides {
  const sides = new TwoSides();
  sides.local.documents.set(KEY, documentAt(null, local));
  sides.atlas.documents.set(KEY, documentAt(null, atlas));
  return sides;
}

function start(sides: TwoSides, first: FirstWinner, interference?: Interference, dryRun = false) {
  const options = {
    collection: 'bills',
    pageSize: 10,
    dryRun,
    maxUnexplainedDeletes: 10,
    first,
    onPage: () => true,
  };
  return sides.run(diffCollection(sides.context, options), interference);
}

/** What both hold in the end, and which states were kept. */
function ended(sides: TwoSides) {
  return {
    local: sides.onLocal(KEY)?.content,
    atlas: sides.onAtlas(KEY)?.content,
    kept: sides.kept.map(({ loser, body }) => `${loser} ${String(body)}`),
  };
}

describe('a first start', () => {
  it.each([
    ['local', { local: 1, atlas: 1, kept: ['atlas 2'] }],
    ['atlas', { local: 2, atlas: 2, kept: ['local 1'] }],
  ] as const)('ends with the state of %s where that counts, and keeps the other', (winner, expected) => {
    const sides = met(1, 2);
    start(sides, () => winner);
    expect(ended(sides)).toEqual(expected);
    expect(sides.onLocal(KEY)?.stamp).toBe(sides.onAtlas(KEY)?.stamp);
  });

  it('ends so whatever the tails of the versions that both states get', () => {
    for (const winner of ['local', 'atlas'] as const) {
      const results = new Set<unknown>();
      for (let tail = 0; tail < 50; tail += 1) {
        const sides = met(1, 2);
        for (let i = 0; i < tail; i += 1) sides.context.random.bytes(16);
        start(sides, () => winner);
        results.add(ended(sides).local);
      }
      expect([...results]).toEqual([winner === 'local' ? 1 : 2]);
    }
  });

  it('asks nobody about what is equal, and keeps nothing of it', () => {
    const sides = met(1, 1);
    const { result } = start(sides, () => {
      throw new Error('asked');
    });
    expect([result.ended, ended(sides)]).toEqual(['complete', { local: 1, atlas: 1, kept: [] }]);
  });

  it('lets what the application writes meanwhile win, as a write like any other', () => {
    const sides = met(1, 2);
    start(
      sides,
      () => 'local',
      beforeFirst('amend', () => sides.write(KEY, v(9), 9)),
    );
    expect(ended(sides)).toMatchObject({ local: 9, atlas: 9 });
  });

  it('ends with the state that counts where another branch gives that of Atlas a version meanwhile', () => {
    const results = new Set<unknown>();
    for (let number = 1; number <= 50; number += 1) {
      const sides = met(1, 2);
      const version = lowestStamp(new Uint8Array(16).fill(number));
      start(
        sides,
        () => 'atlas',
        beforeFirst('seal', () => sides.writeOnAtlas(KEY, version, 2)),
      );
      results.add(ended(sides));
    }
    expect([...results]).toEqual([...results].map(() => ({ local: 2, atlas: 2, kept: ['local 1'] })));
  });

  it('chooses from what another branch has put on Atlas meanwhile', () => {
    const sides = met(1, 2);
    start(
      sides,
      (_key, local, atlas) => ((local[0] ?? 0) > (atlas[0] ?? 0) ? 'local' : 'atlas'),
      beforeFirst('seal', () => sides.writeOnAtlas(KEY, lowestStamp(new Uint8Array(16).fill(255)), 0)),
    );
    expect(ended(sides)).toEqual({ local: 1, atlas: 1, kept: ['atlas 0'] });
  });

  it('leaves alone what was synced before', () => {
    const sides = new TwoSides();
    sides.share(KEY, v(1));
    sides.writeOnAtlas(KEY, v(2), 2);
    start(sides, () => 'local');
    expect(ended(sides)).toEqual({ local: 2, atlas: 2, kept: [] });
  });

  it('changes nothing in a dry run', () => {
    expect(writesOf(start(met(1, 2), () => 'local', undefined, true))).toEqual([]);
  });
});
