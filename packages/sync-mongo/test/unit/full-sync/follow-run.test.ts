import { describe, expect, it } from '@jest/globals';
import { WakeUp } from '../../../src/control/wake-up.js';
import { followRun } from '../../../src/full-sync/follow-run.js';
import { everything, newRun, type RunRecord } from '../../../src/full-sync/run-record.js';
import { type RunSlot } from '../../../src/full-sync/run-slot.js';
import { type RunStore } from '../../../src/full-sync/run-store.js';
import { ManualClock } from '../control/manual-clock.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A run that is under way, in a process whose clock stands still. */
function underWay() {
  let run: RunRecord = { ...newRun({ id: 'one', nowMs: 0 }, { ...everything, byEngine: false }), epoch: 1 };
  const ended = new WakeUp();
  const clock = new ManualClock();
  const runs = { load: () => Promise.resolve(run) } as unknown as RunStore;
  const slot = {} as RunSlot;
  const following = followRun({ runs, slot, clock, ended, isStarted: () => true }, run);
  const end = (): void => {
    run = { ...run, state: 'completed', finishedAtMs: 1 };
  };
  return { following, ended, clock, end };
}

/** A run that nobody has taken up yet, and how long its asker is told that it may take. */
function waiting({
  isConnected,
  signal,
}: { readonly isConnected?: boolean; readonly signal?: AbortSignal } = {}) {
  let run: RunRecord = newRun({ id: 'one', nowMs: 0 }, { ...everything, byEngine: false });
  const clock = new ManualClock();
  const runs = {
    load: () => Promise.resolve(run),
    cancel: () => Promise.resolve(),
    withdraw: (_: string, nowMs: number) => {
      if (run.epoch !== null) return Promise.resolve(false);
      run = { ...run, state: 'cancelled', finishedAtMs: nowMs };
      return Promise.resolve(true);
    },
  } as unknown as RunStore;
  const slot = { release: () => Promise.resolve() } as unknown as RunSlot;
  const become = (change: Partial<RunRecord>): void => void (run = { ...run, ...change });
  const options = {
    runs,
    slot,
    clock,
    signal,
    isStarted: () => true,
    isConnected: () => isConnected ?? false,
  };
  const following = followRun(options, run);
  const pass = async (durationMs: number): Promise<void> => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += 100) {
      await turn();
      clock.advance(100);
    }
    await turn();
  };
  return { following, become, pass };
}

describe('whoever waits for a full sync that nobody takes up', () => {
  it('hears after a while that nobody has, as no process may have a connection', async () => {
    const { following, pass } = waiting();
    const refused = expect(following).rejects.toMatchObject({ code: 'SYNC_TIMEOUT' });
    await pass(31_000);
    await refused;
  });

  it('goes on waiting where this process has the connection, and something else to do first', async () => {
    const { following, become, pass } = waiting({ isConnected: true });
    await pass(120_000);
    become({ state: 'completed', finishedAtMs: 1 });
    await pass(200);
    expect(await following).toMatchObject({ state: 'completed' });
  });

  it('ends it as cancelled also where it was let go of only after it was cancelled', async () => {
    const end = new AbortController();
    const { following, become, pass } = waiting({ isConnected: true, signal: end.signal });
    become({ epoch: 1 });
    end.abort();
    await pass(300);
    become({ epoch: null, state: 'interrupted' });
    await pass(300);
    expect(await following).toMatchObject({ state: 'cancelled' });
  });
});

describe('whoever waits for a full sync', () => {
  it('hears of its end at once where it ends in the same process', async () => {
    const { following, ended, end } = underWay();
    await turn();
    end();
    ended.call();
    expect(await following).toMatchObject({ id: 'one', state: 'completed' });
  });

  it('hears of its end at the next look where it ends in another process', async () => {
    const { following, clock, end } = underWay();
    await turn();
    end();
    clock.advance(100);
    expect(await following).toMatchObject({ id: 'one', state: 'completed' });
  });
});
