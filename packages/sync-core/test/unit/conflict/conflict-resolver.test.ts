import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConflictResolver, type ConflictResolverOptions } from '../../../src/conflict/conflict-resolver.js';
import { createDocumentKey } from '../../../src/document-key/document-key.js';
import { type Logger, silentLogger } from '../../../src/ports/logger.js';
import { stampTimeMs } from '../../../src/protocol/stamp.js';
import { anyStamp, stampAt } from '../protocol/stamps.js';

interface Bill {
  readonly total: number;
}

const NOW_MS = 1_000;
const ours: Bill = { total: 1 };
const theirs: Bill = { total: 2 };
const key = createDocumentKey('bills', 'int:1');

const localAt = (stamp: unknown) => ({ key, document: ours, stamp });
const atlasAt = (stamp: unknown) => ({ document: theirs, stamp });

function resolverWith(options: Partial<ConflictResolverOptions<Bill>> = {}) {
  const warnings: { readonly message: string; readonly fields: unknown }[] = [];
  const logger: Logger = {
    ...silentLogger,
    warn: (message, fields) => void warnings.push({ message, fields }),
  };
  return {
    warnings,
    resolver: new ConflictResolver<Bill>({ clock: { now: () => NOW_MS }, logger, ...options }),
  };
}

describe('ConflictResolver, by last write wins', () => {
  it('is the default', () => {
    expect(resolverWith().resolver.strategy).toBe('last-write-wins');
  });

  it('gives the later document and tells how it was chosen', () => {
    const { resolver, warnings } = resolverWith();
    const resolution = resolver.resolveConflict(localAt(stampAt(5)), atlasAt(stampAt(4)));
    expect(resolution.winner).toBe('local');
    expect(resolution.document).toBe(ours);
    expect(resolution.conflict).toEqual({
      key,
      collection: 'bills',
      winner: 'local',
      strategy: 'last-write-wins',
      localStamp: stampAt(5),
      atlasStamp: stampAt(4),
      caution: false,
      failure: null,
      atMs: NOW_MS,
    });
    expect(warnings).toEqual([]);
  });

  it('takes a missing timestamp for now, with a warning and caution', () => {
    const { resolver, warnings } = resolverWith();
    const { winner, conflict } = resolver.resolveConflict(localAt(undefined), atlasAt(stampAt(NOW_MS - 1)));
    expect(winner).toBe('local');
    expect(conflict.caution).toBe(true);
    expect(stampTimeMs(conflict.localStamp)).toBe(NOW_MS);
    expect(warnings).toEqual([
      { message: expect.stringContaining('no timestamp'), fields: { collection: 'bills', side: 'local' } },
    ]);
  });

  it.each([['no stamp at all'], [7], [{}], [stampAt(0xabc).toUpperCase()]])(
    'treats a version with the damaged stamp %p as a new change, with a warning and caution',
    (damaged) => {
      const { resolver, warnings } = resolverWith();
      const { winner, conflict } = resolver.resolveConflict(localAt(stampAt(NOW_MS - 1)), atlasAt(damaged));
      expect(winner).toBe('atlas');
      expect(conflict.caution).toBe(true);
      expect(warnings).toEqual([
        {
          message: expect.stringContaining('damaged metadata'),
          fields: { collection: 'bills', side: 'atlas' },
        },
      ]);
    },
  );

  it('lets a sound stamp of this millisecond win over a missing one', () => {
    const { resolver } = resolverWith();
    expect(resolver.resolveConflict(localAt(stampAt(NOW_MS, 1)), atlasAt(null)).winner).toBe('local');
    expect(resolver.resolveConflict(localAt(null), atlasAt(stampAt(NOW_MS, 1))).winner).toBe('atlas');
  });

  it('takes the version of Atlas where neither has a timestamp', () => {
    const { resolver, warnings } = resolverWith();
    expect(resolver.resolveConflict(localAt(null), atlasAt(null)).winner).toBe('atlas');
    expect(warnings).toHaveLength(2);
  });

  it('**Feature: bidirectional-sync, Property 3: Last Write Wins conflict resolution**', () => {
    fc.assert(
      fc.property(anyStamp, anyStamp, (one, other) => {
        fc.pre(one !== other);
        const { resolver } = resolverWith();
        const here = resolver.resolveConflict(localAt(one), atlasAt(other));
        const there = resolver.resolveConflict(localAt(other), atlasAt(one));
        const later = stampTimeMs(one) === stampTimeMs(other) ? null : stampTimeMs(one) > stampTimeMs(other);
        // The branch that wrote and the branch that reads Atlas keep the same version: the later one.
        expect(here.winner === 'local').toBe(there.winner === 'atlas');
        if (later !== null) expect(here.winner).toBe(later ? 'local' : 'atlas');
        expect(here.document).toBe(here.winner === 'local' ? ours : theirs);
      }),
    );
  });
});

describe('ConflictResolver, by a custom strategy', () => {
  it('hands both documents to the strategy and gives back what it made of them', () => {
    const merge = (local: Bill, atlas: Bill) => ({ total: local.total + atlas.total });
    const { resolver } = resolverWith({ strategy: merge });
    const { winner, document, conflict } = resolver.resolveConflict(localAt(stampAt(1)), atlasAt(stampAt(2)));
    expect({ winner, document }).toEqual({ winner: 'merged', document: { total: 3 } });
    expect(conflict.strategy).toBe('custom');
  });

  it.each([
    ['local', ours],
    ['atlas', theirs],
  ] as const)('takes the side that the strategy names: %s', (side, document) => {
    const { resolver } = resolverWith({ strategy: () => side });
    const resolution = resolver.resolveConflict(localAt(stampAt(1)), atlasAt(stampAt(2)));
    expect(resolution.winner).toBe(side);
    expect(resolution.document).toBe(document);
  });

  it('is chosen by collection', () => {
    const { resolver } = resolverWith({ strategy: { bills: () => 'local' } });
    const other = { ...localAt(stampAt(1)), key: createDocumentKey('tables', 'int:1') };
    expect(resolver.resolveConflict(localAt(stampAt(1)), atlasAt(stampAt(2))).winner).toBe('local');
    expect(resolver.resolveConflict(other, atlasAt(stampAt(2))).winner).toBe('atlas');
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws an error',
      () => {
        throw new RangeError('secret total');
      },
      'RangeError',
    ],
    [
      'throws something else',
      () => {
        throw 'secret total' as unknown as Error;
      },
      'string',
    ],
    ['returns nothing', () => undefined, 'InvalidResult'],
    ['returns null', () => null, 'InvalidResult'],
    ['returns an unknown side', () => 'remote', 'InvalidResult'],
    ['returns a list', () => [], 'InvalidResult'],
    ['returns a promise', () => Promise.resolve(ours), 'InvalidResult'],
  ])('takes the version of Atlas and records it where the strategy %s', (_, strategy, failure) => {
    const { resolver, warnings } = resolverWith({ strategy: strategy as () => 'local' });
    const { winner, document, conflict } = resolver.resolveConflict(localAt(stampAt(2)), atlasAt(stampAt(1)));
    expect(winner).toBe('atlas');
    expect(document).toBe(theirs);
    expect(conflict.failure).toBe(failure);
    expect(resolver.conflictLog).toEqual([conflict]);
    expect(warnings).toEqual([
      { message: expect.stringContaining('strategy failed'), fields: { collection: 'bills', failure } },
    ]);
    expect(JSON.stringify([warnings, conflict])).not.toContain('secret');
  });
});

describe('ConflictResolver.compareTimestamps', () => {
  it('tells which side is later', () => {
    const { resolver, warnings } = resolverWith();
    expect(resolver.compareTimestamps(localAt(stampAt(2)), atlasAt(stampAt(1)))).toBe(1);
    expect(resolver.compareTimestamps(localAt(stampAt(1)), atlasAt(stampAt(2)))).toBe(-1);
    expect(resolver.compareTimestamps(localAt(stampAt(1)), atlasAt(stampAt(1)))).toBe(0);
    expect(resolver.compareTimestamps(localAt(null), atlasAt(stampAt(1)))).toBe(1);
    expect(warnings).toEqual([]);
  });
});

describe('the log and the statistics of conflicts', () => {
  it('keep the latest, counting all', () => {
    const { resolver } = resolverWith({ maxLogSize: 2 });
    for (const timeMs of [1, 5, 6]) resolver.resolveConflict(localAt(stampAt(timeMs)), atlasAt(stampAt(3)));
    expect(resolver.conflictLog.map(({ localStamp }) => stampTimeMs(localStamp))).toEqual([5, 6]);
    expect(resolver.getConflictStats()).toEqual({
      totalCount: 3,
      localWonCount: 2,
      atlasWonCount: 1,
      mergedCount: 0,
      failedCount: 0,
      cautionCount: 0,
    });
  });

  it('count merges, failures and cautions', () => {
    const strategy = (local: Bill, atlas: Bill): Bill => {
      if (local.total === 0) throw new Error('no total');
      return { total: local.total + atlas.total };
    };
    const { resolver } = resolverWith({ strategy });
    resolver.resolveConflict(localAt(null), atlasAt(stampAt(1)));
    resolver.resolveConflict({ ...localAt(stampAt(1)), document: { total: 0 } }, atlasAt(stampAt(2)));
    expect(resolver.getConflictStats()).toMatchObject({
      totalCount: 2,
      atlasWonCount: 1,
      mergedCount: 1,
      failedCount: 1,
      cautionCount: 1,
    });
  });

  it('take a conflict that was settled elsewhere', () => {
    const { resolver } = resolverWith();
    const { conflict } = resolverWith().resolver.resolveConflict(localAt(stampAt(2)), atlasAt(stampAt(1)));
    resolver.logConflict(conflict);
    expect(resolver.conflictLog).toEqual([conflict]);
    expect(resolver.getConflictStats().localWonCount).toBe(1);
  });

  it('hold 1,000 conflicts by default', () => {
    const { resolver } = resolverWith();
    for (let i = 0; i < 1_001; i++) resolver.resolveConflict(localAt(stampAt(2)), atlasAt(stampAt(1)));
    expect(resolver.conflictLog).toHaveLength(1_000);
    expect(resolver.getConflictStats().totalCount).toBe(1_001);
  });
});
