import { describe, expect, it } from '@jest/globals';
import { diffPage, type DiffPage, type DiffRules, diffStart } from '../../../src/diff/diff-page.js';
import { allDeletions } from '../../../src/diff/deletions.js';
import { type MemoryDocument } from '../../../src/memory/index.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, type Run } from '../run-step.js';
import { documentAt, refusedBy, TwoSides } from '../two-sides.js';

const key = keyOf(0);
const rules: DiffRules = {
  collection: 'bills',
  pageSize: 10,
  dryRun: false,
  maxUnexplainedDeletes: 0,
  isPullWaiting: true,
};

function compare(sides: TwoSides, more: Partial<DiffRules> = {}, interference?: Interference): Run<DiffPage> {
  const deletions = sides.run(allDeletions('bills')).result;
  return sides.run(diffPage(sides.context, { ...rules, deletions, ...more }, diffStart), interference);
}

/** Atlas has that document, and Local has not. */
function missing(document: MemoryDocument = documentAt(v(2), 2)): TwoSides {
  const sides = new TwoSides();
  sides.atlas.documents.set(key, document);
  return sides;
}

function namesOf({ operations }: Run<unknown>): readonly string[] {
  return operations.map(({ side, op }) => `${side} ${op}`);
}

const SCANS = ['atlas scanStates', 'local scanStates'];

describe('a page of a first start', () => {
  it.each<[string, (sides: TwoSides, number: number) => void, readonly string[]]>([
    [
      'only Atlas has, under versions',
      (sides, number) => sides.writeOnAtlas(keyOf(number), v(number + 1), number),
      ['local insert', 'local readTombstones'],
    ],
    [
      'only Atlas has, without versions',
      (sides, number) => sides.atlas.documents.set(keyOf(number), documentAt(null, number)),
      ['atlas seal', 'local insert', 'local readTombstones'],
    ],
    [
      'only Local has, without versions',
      (sides, number) => sides.local.documents.set(keyOf(number), documentAt(null, number)),
      ['local amend', 'local noteSent', 'atlas push', 'local acknowledge', 'local forgetSent'],
    ],
    [
      'both have, without versions',
      (sides, number) =>
        [sides.local, sides.atlas].forEach(({ documents }) =>
          documents.set(keyOf(number), documentAt(null, number)),
        ),
      ['atlas seal', 'local amend'],
    ],
  ])('settles what %s as it was shown, without a look', (_, fill, operations) => {
    const sides = new TwoSides();
    for (const number of [0, 1, 2]) fill(sides, number);
    const run = compare(sides);
    expect(namesOf(run)).toEqual([...SCANS, ...operations]);
    expect(run.result).toMatchObject({
      counts: { comparedCount: 3, differentCount: 3, repairedCount: 3 },
      open: [],
    });
    expect(inShort(sides.local.documents)).toEqual(inShort(sides.atlas.documents));
    expect(compare(sides).result.counts).toEqual({ comparedCount: 3, differentCount: 0, repairedCount: 0 });
  });

  it('changes nothing where nothing is to be changed, and counts all the same', () => {
    const run = compare(missing(), { dryRun: true });
    expect(namesOf(run)).toEqual(SCANS);
    expect(run.result.counts).toEqual({ comparedCount: 1, differentCount: 1, repairedCount: 0 });
  });

  it.each<[string, Partial<DiffRules>]>([
    ['pull goes on meanwhile', { isPullWaiting: false }],
    ['the operator chose a side', { choice: { prefer: 'atlas', historyLost: true } }],
  ])('is looked at where %s', (_, more) => {
    expect(namesOf(compare(missing(), more))).toContain('atlas readWithin');
  });

  it.each<[string, Partial<MemoryDocument>]>([
    ['written under capture', { dirty: v(5) }],
    ['held', { dirty: v(5), held: true }],
    ['being deleted', { dirty: v(5), deleting: true }],
    ['of another version', { stamp: v(1) }],
  ])('is looked at where a document of Local is %s', (_, marks) => {
    const sides = missing();
    sides.local.documents.set(key, documentAt(null, 1, marks));
    expect(namesOf(compare(sides))).toContain('atlas readWithin');
  });

  it.each<[string, MemoryDocument]>([
    ['was edited by a foreign hand', documentAt(v(2), 2, { digest: 'of other bytes' })],
    ['has no digest to tell', documentAt(v(2), 2, { digest: null })],
  ])('brings a state to Local that %s', (_, document) => {
    const sides = missing(document);
    sides.atlas.documents.set(keyOf(1), document);
    compare(sides);
    expect([sides.onLocal(key)?.content, sides.onLocal(keyOf(1))?.content]).toEqual([2, 2]);
    expect(inShort(sides.local.documents)).toEqual(inShort(sides.atlas.documents));
  });

  it('brings nothing where pull is off', () => {
    const sides = missing();
    sides.rules = { oneWay: true };
    compare(sides);
    expect(sides.onLocal(key)).toBeNull();
  });

  it('leaves a key open of which a push is under way', () => {
    const sides = missing();
    sides.context.pushes.during([key], pending()).next();
    const { result } = compare(sides);
    expect(result.open).toEqual([key]);
    expect(sides.onLocal(key)).toBeNull();
  });

  it('finishes the deletion of a dead state', () => {
    for (const side of ['local', 'atlas'] as const) {
      const sides = missing();
      if (side === 'local') sides.noteOnLocal(key, { stamp: v(3) });
      else sides.atlas.tombstones.set(key, { stamp: v(3), base: v(1) });
      const run = compare(sides);
      expect(namesOf(run)).not.toContain('local insert');
      expect([sides.onLocal(key), sides.onAtlas(key)]).toEqual([null, null]);
    }
  });

  it('overwrites nothing that was written on Local since it was read', () => {
    const sides = missing();
    compare(
      sides,
      {},
      beforeFirst('insert', () => sides.write(key, v(9), 9)),
    );
    expect(sides.onLocal(key)?.content).toBe(9);
    expect(sides.onAtlas(key)?.content).toBe(9);
    expect(sides.kept.map(({ loser }) => loser)).toEqual(['atlas']);
  });

  it('brings nothing back that was deleted on Local since it was read', () => {
    const sides = missing();
    const deleting = beforeFirst('insert', () => {
      sides.local.documents.set(key, documentAt(v(2), 2));
      sides.delete(key, v(9));
    });
    compare(sides, {}, deleting);
    expect([sides.onLocal(key), sides.onAtlas(key)]).toEqual([null, null]);
  });

  it('tells of what Local refuses, and of what its model refuses', () => {
    for (const who of ['server', 'model'] as const) {
      const sides = missing();
      sides.rules = { applyLogic: who === 'model' ? 'foreign' : 'never' };
      compare(sides, {}, refusedBy(who));
      expect(sides.onLocal(key)).toBeNull();
      expect(sides.heard).toEqual(['quarantined atlas-to-local']);
    }
  });
});

/** Content and version of each. */
function inShort(documents: ReadonlyMap<string, MemoryDocument>): unknown {
  return [...documents].map(([at, { body, stamp }]) => [at, body, stamp]).toSorted();
}

function* pending(): Generator<never, void, unknown> {
  yield undefined as never;
}
