import { describe, expect, it } from '@jest/globals';
import { pullBatch } from '../../../src/pull/pull-batch.js';
import { retryFreed } from '../../../src/quarantine/retry-freed.js';
import { sweepQuarantine, type SweepQuarantineResult } from '../../../src/quarantine/sweep-quarantine.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference, type Run } from '../run-step.js';
import { documentAt, TwoSides } from '../two-sides.js';

const [loser, winner, third] = [keyOf(0), keyOf(1), keyOf(2)];
const TAKEN = 5;

/** A content is a value that is unique, whole. */
function twoSides(): TwoSides {
  return new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
}

function pull(sides: TwoSides): void {
  sides.run(pullBatch(sides.context, sides.atlas.events.splice(0)));
}

/** What the chores do: a round over the quarantine, and what follows from it. */
function sweep(sides: TwoSides, interference?: Interference): Run<readonly unknown[]> {
  const { freed } = sides.run(sweepQuarantine({ after: null, limit: 100 })).result;
  return sides.run(retryFreed(sides.context, freed), interference);
}

function push(sides: TwoSides): void {
  sides.run(reconcile(sides.context, [loser]));
}

/** A new document that made way for one that Atlas gave its value to. */
function setAside(): TwoSides {
  const sides = twoSides();
  sides.write(loser, v(2), TAKEN);
  sides.writeOnAtlas(winner, v(3), TAKEN);
  pull(sides);
  return sides;
}

/** A change of a document that made way, over version 1. */
function changeSetAside(): TwoSides {
  const sides = twoSides();
  sides.share(loser, v(1), 1);
  sides.write(loser, v(2), TAKEN);
  sides.writeOnAtlas(winner, v(3), TAKEN);
  pull(sides);
  return sides;
}

/** A document that Atlas refused, and that is in nobody's way on Local: the winner has not come. */
function held(): TwoSides {
  const sides = twoSides();
  sides.write(loser, v(2), TAKEN);
  sides.writeOnAtlas(winner, v(3), TAKEN);
  push(sides);
  return sides;
}

/** A version of Atlas that Local cannot take, as both hold the value there. */
function refusedPull(): TwoSides {
  const sides = twoSides();
  sides.share(winner, v(1), TAKEN);
  sides.atlas.documents.set(loser, documentAt(v(3), TAKEN));
  sides.run(reconcile(sides.context, [loser]));
  return sides;
}

const losers: readonly [string, () => TwoSides][] = [
  ['a new document that left Local', setAside],
  ['a change of a document that left Local', changeSetAside],
  ['a document that stayed, held', held],
  ['a version of Atlas that Local could not take', refusedPull],
];

const releases: readonly [string, (sides: TwoSides) => void][] = [
  ['changed', (sides) => sides.writeOnAtlas(winner, v(9), 6)],
  ['deleted', (sides) => sides.deleteOnAtlas(winner, v(9))],
  [
    'deleted by a foreign hand',
    (sides) => {
      sides.atlas.erase(winner);
      sides.run(reconcile(sides.context, [winner]));
    },
  ],
];

const everySide = losers.flatMap(([what, make]) =>
  releases.map(([how, free]) => [what, how, make, free] as const),
);

describe('a state that waits for the unique value of another document', () => {
  it.each(everySide)('gets through by itself: %s, once the other one is %s', (_w, _h, make, free) => {
    const sides = make();
    pull(sides);
    free(sides);
    pull(sides);
    sweep(sides);
    push(sides);
    sides.run(sweepQuarantine({ after: null, limit: 100 }));
    expect(sides.onAtlas(loser)?.content).toBe(TAKEN);
    expect(sides.onLocal(loser)).toEqual(sides.onAtlas(loser));
    expect(sides.local.quarantine.size).toBe(0);
  });

  it.each(everySide)(
    'is not forgotten wherever the process dies: %s, the other one %s',
    (_w, _h, make, free) => {
      for (let last = 0; ; last++) {
        const sides = make();
        pull(sides);
        free(sides);
        pull(sides);
        let count = 0;
        const die = (): void => {
          if (++count > last) throw new Error('the process dies here');
        };
        let isDead = false;
        try {
          sweep(sides, { before: die });
        } catch {
          isDead = true;
          sides.restart();
          sweep(sides);
        }
        push(sides);
        sides.run(sweepQuarantine({ after: null, limit: 100 }));
        expect({ last, onAtlas: sides.onAtlas(loser)?.content }).toEqual({ last, onAtlas: TAKEN });
        expect({ last, waiting: sides.local.quarantine.size }).toEqual({ last, waiting: 0 });
        if (!isDead) return;
      }
    },
  );

  it.each(losers)('is not looked at while the other one stays as it is: %s', (_, make) => {
    const sides = make();
    pull(sides);
    expect(sweep(sides).operations).toEqual([]);
  });

  it.each(losers)('is looked at once for a change that does not give the value up: %s', (_, make) => {
    const sides = make();
    pull(sides);
    sides.writeOnAtlas(winner, v(9), TAKEN);
    pull(sides);
    expect(sweep(sides).operations.map(({ op }) => op)).toContain('findHolders');
    expect(sweep(sides).operations).toEqual([]);
    expect([...sides.local.quarantine.values()]).toMatchObject([{ key: loser, attemptCount: 1 }]);
  });

  it.each(losers)('waits for whoever took the value meanwhile: %s', (_, make) => {
    const sides = make();
    pull(sides);
    sides.writeOnAtlas(winner, v(8), 6);
    sides.writeOnAtlas(third, v(9), TAKEN);
    pull(sides);
    sweep(sides);
    expect([...sides.local.quarantine.values()]).toMatchObject([{ key: loser, wait: { holder: third } }]);
    sides.deleteOnAtlas(third, v(10));
    pull(sides);
    sweep(sides);
    push(sides);
    expect(sides.onAtlas(loser)?.content).toBe(TAKEN);
  });
});

describe('a write that left Local', () => {
  const freeThe = (sides: TwoSides): void => {
    sides.writeOnAtlas(winner, v(9), 6);
    pull(sides);
  };

  it('stays where it waits if its document was written since, for somebody to decide', () => {
    const sides = changeSetAside();
    sides.write(loser, v(8), 7);
    freeThe(sides);
    sweep(sides);
    expect(sides.onLocal(loser)?.content).toBe(7);
    expect(sides.local.quarantine.size).toBe(1);
    expect(sweep(sides).operations).toEqual([]);
  });

  it('comes back where what had become of its document is deleted as well, as by an older deletion', () => {
    const sides = setAside();
    sides.writeOnAtlas(loser, v(1), 7); // by a branch that had not heard of it
    freeThe(sides);
    sweep(sides);
    expect(sides.onLocal(loser)?.content).toBe(7);
    sides.deleteOnAtlas(loser, v(1, 10));
    pull(sides);
    sweep(sides);
    push(sides);
    expect(sides.onAtlas(loser)?.content).toBe(TAKEN);
  });

  it('does not come back over its deletion', () => {
    const sides = changeSetAside();
    sides.deleteOnAtlas(loser, v(8));
    freeThe(sides);
    sweep(sides);
    expect(sides.onLocal(loser)).toBeNull();
    expect(sides.local.quarantine.size).toBe(1);
  });

  it('is as old as it was, and loses to what was written after it', () => {
    const sides = setAside();
    freeThe(sides);
    sides.writeOnAtlas(loser, v(8), 7);
    sweep(sides);
    push(sides);
    expect(sides.onAtlas(loser)?.content).toBe(7);
    expect(sides.onLocal(loser)?.content).toBe(7);
    expect(sides.kept).toHaveLength(1);
  });

  it('stays where the application takes the value on Local at that moment, and waits for that document', () => {
    const sides = setAside();
    freeThe(sides);
    sweep(
      sides,
      beforeFirst('rewrite', () => sides.write(third, v(10), TAKEN)),
    );
    expect([...sides.local.quarantine.values()]).toMatchObject([{ key: loser, wait: { holder: third } }]);
  });

  it.each([100, 1])('does not come back before a later one that left, on pages of %p', (limit) => {
    const sides = setAside();
    sides.write(loser, v(5), TAKEN);
    sides.run(reconcile(sides.context, [winner, loser]));
    sides.writeOnAtlas(winner, v(6), TAKEN);
    pull(sides);
    const aside = [...sides.local.quarantine.values()].filter(({ waits }) => waits === 'aside');
    expect(aside).toMatchObject([{ stamp: v(2) }, { stamp: v(5) }]);
    freeThe(sides);
    const freed: unknown[] = [];
    let after: string | null = null;
    do {
      const page: SweepQuarantineResult = sides.run(sweepQuarantine({ after, limit })).result;
      freed.push(...page.freed.map(({ mark }) => mark.stamp));
      after = page.next;
    } while (after !== null);
    expect(freed).toEqual([v(5)]);
  });

  it('comes back where the winner was tried for between the note of its deletion and its leaving', () => {
    const sides = setAside();
    sides.deleteOnAtlas(winner, v(4));
    sides.run(
      reconcile(sides.context, [winner]),
      beforeFirst('remove', () => sweep(sides)),
    );
    expect(sides.onLocal(winner)).toBeNull();
    sweep(sides);
    expect(sides.onLocal(loser)?.content).toBe(TAKEN);
  });

  it('does not come back while pull is off', () => {
    const sides = setAside();
    freeThe(sides);
    sides.rules = { oneWay: true };
    sweep(sides);
    expect(sides.onLocal(loser)).toBeNull();
    sides.rules = {};
    sweep(sides);
    expect(sides.onLocal(loser)?.content).toBe(TAKEN);
  });
});
