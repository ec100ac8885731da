import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { WakeUp } from '../../../src/control/wake-up.js';
import { ManualClock } from './manual-clock.js';

const never = new AbortController().signal;

describe('a loop that waits', () => {
  it('goes on at a call, and leaves no sleep behind', async () => {
    const [wakeUp, clock] = [new WakeUp(), new ManualClock()];
    const waiting = wakeUp.wait(clock, 1_000, never);
    wakeUp.call();
    await waiting;
    expect(clock.sleeperCount).toBe(0);
  });

  it('goes on at once where it was called while nobody waited, however often', async () => {
    const [wakeUp, clock] = [new WakeUp(), new ManualClock()];
    wakeUp.call();
    wakeUp.call();
    await wakeUp.wait(clock, 1_000, never);
    let isOver = false;
    const second = wakeUp.wait(clock, 1_000, never).then(() => (isOver = true));
    expect(clock.sleeperCount).toBe(1);
    expect(isOver).toBe(false);
    clock.advance(1_000);
    await second;
  });

  it('goes on after its time', async () => {
    const [wakeUp, clock] = [new WakeUp(), new ManualClock()];
    const waiting = wakeUp.wait(clock, 1_000, never);
    clock.advance(1_000);
    await waiting;
  });

  it('goes on when it is to end', async () => {
    const [wakeUp, clock, end] = [new WakeUp(), new ManualClock(), new AbortController()];
    const waiting = wakeUp.wait(clock, 1_000, end.signal);
    end.abort();
    await waiting;
    await wakeUp.wait(clock, 1_000, end.signal);
  });
});

describe('a loop that waits again and again', () => {
  it('leaves nothing behind at the signal that ends it', async () => {
    const [wakeUp, clock, end] = [new WakeUp(), new ManualClock(), new AbortController()];
    for (let i = 0; i < 100; i++) {
      const waiting = wakeUp.wait(clock, 1_000, end.signal);
      wakeUp.call();
      await waiting;
    }
    expect(getEventListeners(end.signal, 'abort')).toHaveLength(0);
    expect(compositesOf(end.signal)).toBe(0);
  });
});

/** How many signals Node notes that were made of this one (`AbortSignal.any`): before 22.12 for as long as it lives. */
function compositesOf(signal: AbortSignal): number {
  const name = Object.getOwnPropertySymbols(signal).find((each) =>
    String(each).includes('kDependantSignals'),
  );
  const noted = name && (signal as unknown as Record<symbol, { readonly size: number } | undefined>)[name];
  return noted?.size ?? 0;
}
