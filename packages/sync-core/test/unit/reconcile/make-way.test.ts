import { describe, expect, it } from '@jest/globals';
import { type EngineContext } from '../../../src/engine/engine-context.js';
import { assertPresent } from '../../../src/errors/assert-present.js';
import { pushBatch } from '../../../src/push/push-batch.js';
import { pullBatch } from '../../../src/pull/pull-batch.js';
import { retryFreed } from '../../../src/quarantine/retry-freed.js';
import { sweepQuarantine } from '../../../src/quarantine/sweep-quarantine.js';
import { reconcile } from '../../../src/reconcile/reconcile.js';
import { v } from '../protocol/views.js';
import { keyOf } from '../queue/operations.js';
import { beforeFirst, type Interference } from '../run-step.js';
import { bodyOf, documentAt, refusal, TwoSides } from '../two-sides.js';

/** A content is a value that is unique, whole. */
function sidesWith(values: readonly number[]): TwoSides {
  const sides = new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
  values.forEach((value, i) => sides.share(keyOf(i), v(1), value));
  return sides;
}

/** Another branch gives Atlas' documents these values. */
function rewriteOnAtlas(sides: TwoSides, values: readonly number[]): void {
  values.forEach((value, i) => sides.writeOnAtlas(keyOf(i), v(10 + i), value));
}

function pull(sides: TwoSides): void {
  sides.run(pullBatch(sides.context, sides.atlas.events.splice(0)));
}

/** What a restart finds: the quarantine's sweep, and what it says is to be looked at. */
function sweep(sides: TwoSides): void {
  const { parked } = sides.run(sweepQuarantine({ after: null, limit: 100 })).result;
  sides.run(reconcile(sides.context, parked));
  sides.run(sweepQuarantine({ after: null, limit: 100 }));
}

const valuesOnLocal = (sides: TwoSides, count: number): readonly (number | undefined)[] =>
  Array.from({ length: count }, (_, i) => sides.onLocal(keyOf(i))?.content);

describe('unique values that changed hands on Atlas', () => {
  const changes: readonly [string, readonly number[], readonly number[]][] = [
    ['a swap', [1, 2], [2, 1]],
    ['a ring of three', [1, 2, 3], [2, 3, 1]],
    ['a chain whose first comes first', [1, 2, 3, 4], [2, 3, 4, 5]],
    ['a chain whose last comes first', [4, 3, 2, 1], [5, 4, 3, 2]],
  ];

  it.each(changes)('come to Local: %s', (_, before, after) => {
    const sides = sidesWith(before);
    rewriteOnAtlas(sides, after);
    pull(sides);
    expect(valuesOnLocal(sides, after.length)).toEqual(after);
    sweep(sides);
    expect(sides.local.quarantine.size).toBe(0);
  });

  it.each(changes)('are not forgotten wherever the process dies on the way: %s', (_, before, after) => {
    for (let last = 1; ; last++) {
      const sides = sidesWith(before);
      rewriteOnAtlas(sides, after);
      let count = 0;
      const die = (): void => {
        if (++count > last) throw new Error('the process dies here');
      };
      let isDead = false;
      try {
        // The position is behind all of this: what is parked is all that a restart knows.
        sides.run(pullBatch(sides.context, [...sides.atlas.events]), { before: die });
      } catch {
        isDead = true;
        sides.restart();
      }
      sweep(sides);
      const gone = after.flatMap((_value, i) => (sides.onLocal(keyOf(i)) ? [] : [i]));
      expect({ last, gone }).toEqual({ last, gone: [] });
      pull(sides);
      sweep(sides);
      expect(valuesOnLocal(sides, after.length)).toEqual(after);
      expect(sides.local.quarantine.size).toBe(0);
      if (!isDead) return;
    }
  });
});

describe('a document of Local that holds what Atlas gave to another one', () => {
  it('leaves Local without a deletion where it is new, and waits in quarantine with the winner named', () => {
    const sides = sidesWith([]);
    sides.write(keyOf(0), v(2), 5);
    sides.writeOnAtlas(keyOf(1), v(3), 5);
    pull(sides);
    expect(sides.onLocal(keyOf(0))).toBeNull();
    expect(sides.onLocal(keyOf(1))?.content).toBe(5);
    expect(sides.local.tombstones.get(keyOf(0))).toMatchObject({ stamp: null, pending: null });
    const [entry] = [...sides.local.quarantine.values()];
    expect(entry).toMatchObject({ key: keyOf(0), waits: 'aside', stamp: v(2), body: bodyOf(5) });
    expect(entry?.refusal).toMatchObject({ holder: keyOf(1), conflictingKey: { number: '5' } });
    expect(sides.heard.filter((heard) => heard.startsWith('quarantined'))).toHaveLength(1);
  });

  it('falls back to the version of Atlas that it builds on, and its write waits in quarantine', () => {
    const sides = sidesWith([1]);
    sides.write(keyOf(0), v(2), 5);
    sides.writeOnAtlas(keyOf(1), v(3), 5);
    pull(sides);
    expect(valuesOnLocal(sides, 2)).toEqual([1, 5]);
    expect([...sides.local.quarantine.values()]).toMatchObject([{ waits: 'aside', body: bodyOf(5) }]);
  });

  it('is told once where it was held before', () => {
    const sides = sidesWith([]);
    sides.write(keyOf(0), v(2), 5);
    sides.writeOnAtlas(keyOf(1), v(3), 5);
    sides.run(reconcile(sides.context, [keyOf(0)]));
    pull(sides);
    sweep(sides);
    expect([...sides.local.quarantine.values()]).toMatchObject([{ key: keyOf(0), waits: 'aside' }]);
    expect(sides.heard.filter((heard) => heard.startsWith('quarantined'))).toHaveLength(1);
  });

  it('stays as the application wrote it meanwhile, and is looked at again', () => {
    const sides = sidesWith([]);
    sides.write(keyOf(0), v(2), 5);
    sides.writeOnAtlas(keyOf(1), v(3), 5);
    const renumber = beforeFirst('remove', () => sides.write(keyOf(0), v(4), 6));
    sides.run(reconcile(sides.context, [keyOf(1)]), renumber);
    expect(valuesOnLocal(sides, 2)).toEqual([6, 5]);
    expect(sides.local.quarantine.size).toBe(0);
  });

  describe('with a local write', () => {
    /** Local wrote 5 into the first document, which was shared as `base`; since then Atlas gave 5 to the second. */
    function inTheWay(base: number, onAtlas: (sides: TwoSides) => void): TwoSides {
      const sides = sidesWith([base, 2]);
      sides.write(keyOf(0), v(3), 5);
      onAtlas(sides);
      sides.writeOnAtlas(keyOf(1), v(9), 5);
      sides.run(reconcile(sides.context, [keyOf(1)]));
      sides.run(reconcile(sides.context, [keyOf(0)]));
      return sides;
    }

    it('is as clean where the write changed nothing', () => {
      const sides = inTheWay(5, (before) => before.writeOnAtlas(keyOf(0), v(2), 6));
      expect(valuesOnLocal(sides, 2)).toEqual([6, 5]);
      expect([sides.kept, sides.local.quarantine.size]).toEqual([[], 0]);
    });

    it('loses to a later version that gave the value up, as a conflict', () => {
      const sides = inTheWay(1, (before) => before.writeOnAtlas(keyOf(0), v(4), 6));
      expect(valuesOnLocal(sides, 2)).toEqual([6, 5]);
      expect(sides.kept).toMatchObject([
        { reason: 'concurrent-update', losingStamp: v(3), winningStamp: v(4), body: bodyOf(5) },
      ]);
      expect(sides.local.quarantine.size).toBe(0);
    });

    it('loses to a later deletion, as a conflict', () => {
      const sides = inTheWay(1, (before) => before.deleteOnAtlas(keyOf(0), v(4)));
      expect(valuesOnLocal(sides, 2)).toEqual([undefined, 5]);
      expect(sides.kept).toMatchObject([{ reason: 'deleted', losingStamp: v(3), body: bodyOf(5) }]);
      expect(sides.local.quarantine.size).toBe(0);
    });

    it('waits in quarantine on top of what was sent of it before', () => {
      const sides = inTheWay(1, (before) => {
        before.local.perform({
          side: 'local',
          op: 'noteSent',
          note: 'n',
          versions: [{ key: keyOf(0), stamp: v(2) }],
          latest: v(2),
        });
        before.writeOnAtlas(keyOf(0), v(2), 4);
      });
      expect(valuesOnLocal(sides, 2)).toEqual([4, 5]);
      expect(sides.kept).toEqual([]);
      expect([...sides.local.quarantine.values()]).toMatchObject([{ waits: 'aside', base: v(2) }]);
    });

    it('waits in quarantine where it came after what Atlas has of it, which stands', () => {
      const sides = inTheWay(1, (before) => before.writeOnAtlas(keyOf(0), v(2), 4));
      expect(valuesOnLocal(sides, 2)).toEqual([4, 5]);
      expect(sides.kept).toEqual([]);
      expect([...sides.local.quarantine.values()]).toMatchObject([{ waits: 'aside', body: bodyOf(5) }]);
    });
  });

  describe('that cannot make way', () => {
    const NEVER = 66;
    /** A model of this branch refuses one content. */
    const refusingModel: Interference = {
      answer: (operation) =>
        operation.side === 'model'
          ? operation.entries.map(({ body }) => (body[0] === NEVER ? refusal : body))
          : undefined,
    };
    const waiting = (sides: TwoSides): readonly unknown[] =>
      [...sides.local.quarantine.values()].map(({ key, waits, refusal: { code, holder = null } }) => ({
        ...{ key, waits, code, holder },
      }));
    const both = [
      { key: keyOf(1), waits: 'in-place', code: 'SYNC_WRITE_VALIDATION', holder: null },
      { key: keyOf(0), waits: 'in-place', code: 'SYNC_WRITE_UNIQUE', holder: keyOf(1) },
    ];

    /** The application writes the second document, of which it is not known that nothing changes by that. */
    function writeSame(sides: TwoSides, id: ReturnType<typeof v>): void {
      sides.local.documents.set(keyOf(1), documentAt(v(1), 2, { digest: null, dirty: id }));
    }

    /** Atlas gave the second document a content that is refused here, and its former value to the first. */
    function refusedHere(rules: TwoSides['rules'], localWrite: number | null): TwoSides {
      const sides = sidesWith([1, 2]);
      sides.rules = { applyLogic: 'foreign', ...rules };
      if (localWrite !== null) writeSame(sides, v(localWrite));
      sides.writeOnAtlas(keyOf(1), v(10), NEVER);
      sides.writeOnAtlas(keyOf(0), v(11), 2);
      return sides;
    }

    it.each<[string, TwoSides['rules'], number | null]>([
      ['a clean one', {}, null],
      ['one with an older write', {}, 5],
      ['one with a write that a strategy settles', { merges: true }, 5],
    ])(
      'stays where a model refuses what Atlas has of it, and both wait, named: %s',
      (_, rules, localWrite) => {
        const sides = refusedHere(rules, localWrite);
        for (const keys of [[keyOf(0)], [keyOf(1), keyOf(0)]]) {
          const { result, operations } = sides.run(reconcile(sides.context, keys), refusingModel);
          expect(result).toEqual({ waiting: [], unsettled: [], toPush: [], refused: keys });
          expect(operations.length).toBeLessThan(40);
        }
        sides.run(sweepQuarantine({ after: null, limit: 100 }), refusingModel);
        expect(valuesOnLocal(sides, 2)).toEqual([1, 2]);
        expect(waiting(sides)).toEqual(both);

        sides.writeOnAtlas(keyOf(1), v(12), 3);
        sides.run(pullBatch(sides.context, sides.atlas.events.splice(0)), refusingModel);
        const { freed } = sides.run(sweepQuarantine({ after: null, limit: 100 })).result;
        sides.run(retryFreed(sides.context, freed), refusingModel);
        expect(valuesOnLocal(sides, 2)).toEqual([2, 3]);
      },
    );

    it('goes on to push a write that stands, and both wait once that is refused', () => {
      const sides = refusedHere({}, 50);
      sides.run(reconcile(sides.context, [keyOf(0)]), refusingModel);
      expect(waiting(sides)).toEqual(both);
      sides.run(reconcile(sides.context, [keyOf(1)]), refusingModel);
      expect(sides.kept).toMatchObject([{ key: keyOf(1), loser: 'atlas', body: bodyOf(NEVER) }]);
      sides.run(sweepQuarantine({ after: null, limit: 100 }), refusingModel);
      expect(waiting(sides)).toEqual([
        { key: keyOf(0), waits: 'in-place', code: 'SYNC_WRITE_UNIQUE', holder: keyOf(1) },
        { key: keyOf(1), waits: 'in-place', code: 'SYNC_WRITE_UNIQUE', holder: keyOf(0) },
      ]);
    });

    it('is pushed where it was made on what a model refuses by now, and waits with an entry once that is refused', () => {
      const sides = sidesWith([1, NEVER]);
      sides.rules = { applyLogic: 'foreign' };
      sides.write(keyOf(1), v(5), 2);
      sides.writeOnAtlas(keyOf(0), v(11), 2);
      sides.run(reconcile(sides.context, [keyOf(0)]), refusingModel);
      sides.run(sweepQuarantine({ after: null, limit: 100 }), refusingModel);
      expect(sides.local.documents.get(keyOf(1))).toMatchObject({ dirty: v(5), held: false });
      sides.run(pushBatch(sides.context, [keyOf(1)]), refusingModel);
      expect(sides.local.documents.get(keyOf(1))).toMatchObject({ dirty: v(5), held: true });
      expect(waiting(sides)).toContainEqual({
        ...{ key: keyOf(1), waits: 'in-place', code: 'SYNC_WRITE_UNIQUE', holder: keyOf(0) },
      });
    });

    it('is not held where its write came after what a model refuses', () => {
      const sides = refusedHere({}, 50);
      sides.run(reconcile(sides.context, [keyOf(0)]), refusingModel);
      expect(sides.local.documents.get(keyOf(1))).toMatchObject({ dirty: v(50), held: false });
    });

    it('stays where Atlas does not let its foreign state get a version, and both wait', () => {
      const sides = sidesWith([1, 2]);
      const shared = assertPresent(sides.atlas.documents.get(keyOf(1)), 'the second document');
      sides.atlas.write(keyOf(1), { ...shared, body: bodyOf(7) });
      sides.writeOnAtlas(keyOf(0), v(11), 2);
      const unsealed: Interference = {
        answer: (operation) =>
          operation.side === 'atlas' && operation.op === 'seal'
            ? operation.entries.map(() => refusal)
            : undefined,
      };
      const { result } = sides.run(reconcile(sides.context, [keyOf(0)]), unsealed);
      expect(result).toEqual({ waiting: [], unsettled: [], toPush: [], refused: [keyOf(0)] });
      expect(waiting(sides)).toEqual(both);
    });

    it('loses its write to quarantine where what a strategy makes of it is in the way as well, push being paused', () => {
      const sides = sidesWith([1, 2]);
      sides.rules = { merges: true };
      sides.mayPush = false;
      writeSame(sides, v(5));
      rewriteOnAtlas(sides, [2, 1]);
      pull(sides);
      expect(valuesOnLocal(sides, 2)).toEqual([2, 1]);
      expect(waiting(sides)).toContainEqual({
        ...{ key: keyOf(1), waits: 'aside', code: 'SYNC_WRITE_UNIQUE', holder: keyOf(0) },
      });
    });
  });

  it('makes way where it was deleted on Atlas, even before the tombstone came', () => {
    const sides = sidesWith([5]);
    sides.goneForGood = false;
    sides.atlas.erase(keyOf(0));
    sides.writeOnAtlas(keyOf(1), v(3), 5);
    const { unsettled } = sides.run(reconcile(sides.context, [keyOf(1)])).result;
    expect(unsettled).toEqual([keyOf(1)]);
    sides.atlas.perform({
      side: 'atlas',
      op: 'writeTombstone',
      entries: [{ key: keyOf(0), stamp: v(2), base: v(1) }],
    });
    sides.run(reconcile(sides.context, unsettled));
    expect(sides.onLocal(keyOf(0))).toBeNull();
    expect(sides.onLocal(keyOf(1))?.content).toBe(5);
  });

  it('stays where both are so on Atlas, and the other one waits in quarantine with it named', () => {
    const sides = new TwoSides({ uniqueOf: ([value]) => ({ number: String(value) }) });
    sides.share(keyOf(0), v(1), 5);
    sides.atlas.documents.set(keyOf(1), documentAt(v(3), 5));
    const { refused } = sides.run(reconcile(sides.context, [keyOf(1)])).result;
    expect(refused).toEqual([keyOf(1)]);
    expect([...sides.local.quarantine.values()]).toMatchObject([
      { key: keyOf(1), direction: 'atlas-to-local', waits: 'in-place', refusal: { holder: keyOf(0) } },
    ]);
  });
});

describe('the hook for unique values', () => {
  /** Local wrote 5 as a new document, and Atlas has 5 as another one. */
  function colliding(resolve: NonNullable<EngineContext['resolveCollision']>): TwoSides {
    const sides = sidesWith([]);
    sides.write(keyOf(0), v(2), 5);
    sides.writeOnAtlas(keyOf(1), v(3), 5);
    sides.context.resolveCollision = resolve;
    return sides;
  }
  const toContent =
    (kind: 'change' | 'merge', content: number): NonNullable<EngineContext['resolveCollision']> =>
    () => ({ do: kind, body: bodyOf(content) });
  const lanes: readonly [string, (sides: TwoSides) => void][] = [
    ['pushed first', (sides) => void sides.run(pushBatch(sides.context, [keyOf(0)]))],
    ['pulled first', pull],
  ];
  const settle = (sides: TwoSides): void => {
    pull(sides);
    sides.run(reconcile(sides.context, [keyOf(0), keyOf(1)]));
    pull(sides);
    sweep(sides);
  };

  it.each(lanes)('is told who collides, and by which fields, %s', (_, lane) => {
    const heard: unknown[] = [];
    const sides = colliding((collision) => {
      heard.push(collision);
      return { do: 'quarantine' };
    });
    lane(sides);
    expect(heard[0]).toEqual({
      loser: { key: keyOf(0), body: bodyOf(5) },
      winner: { key: keyOf(1), body: bodyOf(5) },
      fields: { number: '5' },
    });
  });

  it.each(lanes)('gives the loser another value, and both are on both sides, %s', (_, lane) => {
    const sides = colliding(toContent('change', 6));
    lane(sides);
    settle(sides);
    for (const on of [sides.onLocal(keyOf(0)), sides.onAtlas(keyOf(0))]) expect(on?.content).toBe(6);
    expect(sides.onLocal(keyOf(1))?.content).toBe(5);
    expect(sides.local.quarantine.size).toBe(0);
    expect(sides.heard.filter((heard) => heard.startsWith('quarantined'))).toEqual([]);
  });

  it.each(lanes)('makes one of the two, keeps the loser, and leaves nothing in quarantine, %s', (_, lane) => {
    const sides = colliding(toContent('merge', 5 + 100));
    lane(sides);
    settle(sides);
    expect(sides.onLocal(keyOf(0))).toBeNull();
    for (const on of [sides.onLocal(keyOf(1)), sides.onAtlas(keyOf(1))]) expect(on?.content).toBe(105);
    expect(sides.kept).toMatchObject([{ key: keyOf(0), loser: 'local', reason: 'merged', body: bodyOf(5) }]);
    expect(sides.local.quarantine.size).toBe(0);
  });

  it.each<[string, (count: number) => readonly number[]]>([
    ['nothing else', () => [5]],
    ['something that is in the way as well', (count) => [5, count]],
  ])('leaves the loser in quarantine where it makes %s of it', (_, bytesOf) => {
    let count = 0;
    const sides = colliding(() => ({ do: 'change', body: Uint8Array.from(bytesOf(++count)) }));
    pull(sides);
    sweep(sides);
    expect([...sides.local.quarantine.values()]).toMatchObject([{ key: keyOf(0), waits: 'aside' }]);
    expect(sides.onLocal(keyOf(1))?.content).toBe(5);
  });

  it('is not asked about a document that has another value by the time it is looked at', () => {
    let count = 0;
    const sides = colliding(() => ({ do: 'change', body: bodyOf(50 + ++count) }));
    let isFound = false;
    const before: Interference['before'] = (operation) => {
      // Another lane has it changed after this one has found it, and before it looks.
      if (isFound && operation.op === 'readWithin' && sides.onLocal(keyOf(0))?.content === 5)
        sides.write(keyOf(0), v(4), 6);
      if (operation.side === 'local' && operation.op === 'findHolders') isFound = true;
    };
    sides.run(reconcile(sides.context, [keyOf(1)]), { before });
    expect(sides.onLocal(keyOf(0))?.content).toBe(6);
    expect(sides.onLocal(keyOf(1))?.content).toBe(5);
    expect(count).toBe(0);
  });

  it('loses nothing wherever the process dies while it makes one of the two', () => {
    for (let last = 1; ; last++) {
      const sides = colliding(toContent('merge', 105));
      let count = 0;
      let isDead = false;
      const die = (): void => {
        if (++count > last) throw new Error('the process dies here');
      };
      try {
        sides.run(pullBatch(sides.context, [...sides.atlas.events]), { before: die });
      } catch {
        isDead = true;
        sides.restart();
      }
      settle(sides);
      const isThere = sides.onLocal(keyOf(0)) !== null;
      const isKept = [...sides.local.quarantine.values(), ...sides.kept].some(({ key }) => key === keyOf(0));
      expect({ last, found: isThere || isKept }).toEqual({ last, found: true });
      expect(sides.onLocal(keyOf(1))?.content).toBe(sides.onAtlas(keyOf(1))?.content);
      if (!isDead) return;
    }
  });
});
