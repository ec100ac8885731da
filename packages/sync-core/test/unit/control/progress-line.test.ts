import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FullSyncProgress, type FullSyncReport, progressLine } from '../../../src/index.js';

const report: FullSyncReport = {
  id: 'a run',
  state: 'running',
  dryRun: false,
  startedAtMs: 1_000,
  finishedAtMs: null,
  collections: [
    { collection: 'bills', comparedCount: 1_200, differentCount: 3, repairedCount: 2 },
    { collection: 'orders', comparedCount: 10, differentCount: 1, repairedCount: 1 },
  ],
  error: null,
};
const progress: FullSyncProgress = {
  collection: 'orders',
  phase: 'comparing',
  doneCount: 1_210,
  estimatedCount: 4_840,
  perSecond: 403.3,
  remainingMs: 125_000,
};

describe('the line of a full sync', () => {
  it('shows how much is done, how fast, what remains, and where it is', () => {
    expect(progressLine({ ...report, progress })).toBe(
      '[######------------------]  25 %  1,210 of 4,840  403/s  about 2 min 5 s left  comparing orders',
    );
  });

  it('says only what is known before the first page', () => {
    const unknown = { ...progress, collection: null, doneCount: 0, perSecond: null, remainingMs: null };
    expect(progressLine({ ...report, progress: unknown })).toBe(
      '[------------------------]   0 %  0 of 4,840',
    );
    expect(progressLine({ ...report, progress: null, collections: [] })).toBe(
      'full sync waiting  0 compared  0 different  0 repaired',
    );
  });

  it('says what was found once it has ended', () => {
    const ended = { ...report, finishedAtMs: 63_500, progress: null };
    expect(progressLine({ ...ended, state: 'completed' })).toBe(
      'full sync completed  1,210 compared  4 different  3 repaired  1 min 2 s',
    );
    expect(progressLine({ ...ended, state: 'completed', dryRun: true })).toContain('nothing changed');
    const error = {
      code: 'SYNC_CONN_UNREACHABLE',
      message: 'Atlas does not answer.',
      side: 'atlas',
    } as const;
    expect(progressLine({ ...ended, state: 'failed', error })).toContain(
      'full sync failed  Atlas does not answer. (SYNC_CONN_UNREACHABLE)',
    );
  });

  it('is one line with a whole bar, whatever the counts are', () => {
    const counts = fc.record({
      doneCount: fc.nat(),
      estimatedCount: fc.nat(),
      perSecond: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
      remainingMs: fc.option(fc.nat()),
    });
    fc.assert(
      fc.property(counts, (some) => {
        const line = progressLine({ ...report, progress: { ...progress, ...some } });
        expect(line).not.toMatch(/\n|NaN|Infinity|undefined|null/);
        const isKnown = some.estimatedCount > 0 && some.doneCount <= some.estimatedCount;
        expect(/^\[#*-*\]/.test(line)).toBe(isKnown);
        if (isKnown) expect(line.indexOf(']')).toBe(25);
      }),
    );
  });
});
