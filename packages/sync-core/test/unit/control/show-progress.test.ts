import { describe, expect, it } from '@jest/globals';
import { type FullSyncReport, type ProgressTerminal, showProgress } from '../../../src/index.js';

const running: FullSyncReport = {
  ...{ id: 'a run', state: 'running', dryRun: true, startedAtMs: 0, finishedAtMs: null, error: null },
  collections: [{ collection: 'bills', comparedCount: 5, differentCount: 0, repairedCount: 0 }],
  progress: {
    ...{ collection: 'bills', phase: 'comparing', perSecond: null, remainingMs: null },
    ...{ doneCount: 5, estimatedCount: 10 },
  },
};
const ended: FullSyncReport = { ...running, state: 'completed', finishedAtMs: 2_000, progress: null };

function showOn(terminal: Omit<ProgressTerminal, 'write'>) {
  const at = { nowMs: 0 };
  const written: string[] = [];
  const show = showProgress(
    { ...terminal, write: (text) => written.push(text) },
    { monotonic: () => at.nowMs },
  );
  return { at, written, show };
}

describe('the progress of a full sync in a terminal', () => {
  it('is one line, rewritten, which the result replaces', () => {
    const { written, show } = showOn({ isTTY: true });
    for (const report of [running, running, ended]) show(report);
    expect(written).toHaveLength(3);
    expect(written.every((text) => text.startsWith('\r\x1b[2K'))).toBe(true);
    expect(written.map((text) => text.endsWith('\n'))).toEqual([false, false, true]);
    expect(written[0]).toContain('50 %');
  });

  it('is cut off where it would be wrapped, as only one line can be rewritten', () => {
    const { written, show } = showOn({ isTTY: true, columns: 20 });
    show(running);
    show(ended);
    expect(written[0]).toBe('\r\x1b[2K[############------');
    expect(written[1]).toContain('full sync completed  5 compared');
  });

  it('is whole on a terminal that does not know its size', () => {
    const { written, show } = showOn({ isTTY: true, columns: 0 });
    show(running);
    expect(written[0]).toContain('comparing bills');
  });

  it('is a plain line each five seconds in a file, and the result in any case', () => {
    const { at, written, show } = showOn({});
    for (const atMs of [0, 100, 4_999, 5_000, 5_001]) {
      at.nowMs = atMs;
      show(running);
    }
    show(ended);
    expect(written).toHaveLength(3);
    expect(written.join('')).not.toContain('\x1b');
    expect(written[2]).toContain('full sync completed');
  });

  it('lets no name or message steer the terminal', () => {
    const { written, show } = showOn({});
    show({ ...ended, error: { code: 'SYNC_BUG', message: 'a\x1b]0;title\x07\u009b2J\nb', side: null } });
    expect(written[0]).toContain('a\ufffd]0;title\ufffd\ufffd2J\ufffdb');
  });
});
