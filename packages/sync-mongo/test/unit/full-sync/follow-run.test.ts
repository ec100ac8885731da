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
