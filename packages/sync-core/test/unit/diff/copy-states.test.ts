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

const WITHOUT_LOOK = ['atlas scanStates', 'local scanStates', 'local insert', 'local readTombstones'];

describe('copying what Local has not', () => {
  it('stores a page as it was shown, without a look, where nothing is pulled meanwhile', () => {
    const sides = new TwoSides();
    for (const number of [0, 1, 2]) sides.writeOnAtlas(keyOf(number), v(number + 1), number);
    const run = compare(sides);
    expect(namesOf(run)).toEqual(WITHOUT_LOOK);
    expect(run.result).toMatchObject({
      counts: { comparedCount: 3, differentCount: 3, repairedCount: 3 },
      open: [],
    });
    expect([...sides.local.documents]).toEqual([...sides.atlas.documents]);
    expect(sides.heard).toEqual(['atlas-to-local', 'atlas-to-local', 'atlas-to-local']);
  });

  it('finds nothing to do the second time', () => {
    const sides = missing();
    compare(sides);
    expect(compare(sides).result.counts).toEqual({ comparedCount: 1, differentCount: 0, repairedCount: 0 });
  });

  it.each<[string, Partial<DiffRules>]>([
    ['pull goes on meanwhile', { isPullWaiting: false }],
    ['nothing is to be changed', { dryRun: true }],
    ['the operator chose a side', { choice: { prefer: 'atlas', historyLost: true } }],
  ])('looks first where %s', (_, more) => {
    expect(namesOf(compare(missing(), more))).toContain('atlas readWithin');
  });

  it.each<[string, MemoryDocument]>([
    ['has no version', documentAt(null, 2)],
    ['was edited by a foreign hand', documentAt(v(2), 2, { digest: 'of other bytes' })],
    ['has no digest to tell', documentAt(v(2), 2, { digest: null })],
  ])('looks first where a state of Atlas %s', (_, document) => {
    const sides = missing(document);
    const run = compare(sides);
    expect(namesOf(run).indexOf('atlas readWithin')).toBe(2);
    expect(sides.onLocal(key)?.content).toBe(2);
  });

  it('leaves a page to a look where pull is off', () => {
    const sides = missing();
    sides.rules = { oneWay: true };
    compare(sides);
    expect(sides.onLocal(key)).toBeNull();
  });

  it('leaves a key to a look of which a push is under way', () => {
    const sides = missing();
    sides.context.pushes.during([key], pending()).next();
    const { result } = compare(sides);
    expect(result.open).toEqual([key]);
    expect(sides.onLocal(key)).toBeNull();
  });

  it('leaves a dead state to a look, which finishes its deletion', () => {
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

  it('leaves what Local refuses, and what its model refuses, to a look, which tells of it', () => {
    for (const who of ['server', 'model'] as const) {
      const sides = missing();
      sides.rules = { applyLogic: who === 'model' ? 'foreign' : 'never' };
      compare(sides, {}, refusedBy(who));
      expect(sides.onLocal(key)).toBeNull();
      expect(sides.heard).toEqual(['quarantined atlas-to-local']);
    }
  });
});

function* pending(): Generator<never, void, unknown> {
  yield undefined as never;
}
