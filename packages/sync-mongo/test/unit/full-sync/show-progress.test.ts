import { describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { showProgress } from '../../../src/index.js';

const running: FullSyncReport = {
  ...{ id: 'a run', state: 'running', dryRun: true, startedAtMs: 0, finishedAtMs: null, error: null },
  collections: [{ collection: 'bills', comparedCount: 5, differentCount: 0, repairedCount: 0 }],
  progress: {
    ...{ collection: 'bills', phase: 'comparing', perSecond: null, remainingMs: null },
    ...{ doneCount: 5, estimatedCount: 10 },
  },
};
const ended: FullSyncReport = { ...running, state: 'completed', finishedAtMs: 2_000, progress: null };

describe('the progress of a full sync in a terminal', () => {
  it('is one line, rewritten, which the result replaces', () => {
    const written: string[] = [];
    const show = showProgress({ isTTY: true, write: (text) => written.push(text) });
    for (const report of [running, running, ended]) show(report);
    expect(written).toHaveLength(3);
    expect(written.every((text) => text.startsWith('\r\x1b[2K'))).toBe(true);
    expect(written.map((text) => text.endsWith('\n'))).toEqual([false, false, true]);
    expect(written[0]).toContain('50 %');
  });

  it('is a plain line each five seconds in a file, and the result in any case', () => {
    const written: string[] = [];
    let nowMs = 0;
    const show = showProgress({ write: (text) => written.push(text) }, { monotonic: () => nowMs });
    for (const atMs of [0, 100, 4_999, 5_000, 5_001]) {
      nowMs = atMs;
      show(running);
    }
    show(ended);
    expect(written).toHaveLength(3);
    expect(written.join('')).not.toContain('\x1b');
    expect(written[2]).toContain('full sync completed');
  });
});
