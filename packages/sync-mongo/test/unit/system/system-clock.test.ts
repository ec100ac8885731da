import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '../../../src/system/system-clock.js';

afterEach(() => {
  jest.useRealTimers();
});

describe('the machine as a clock', () => {
  it('lets others have their turn without waiting for a timer', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
    let hadTurn = false;
    setImmediate(() => (hadTurn = true));
    await systemClock.sleep(0);
    expect(hadTurn).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('wakes up when the signal aborts, and leaves no timer behind', async () => {
    jest.useFakeTimers();
    const end = new AbortController();
    const asleep = systemClock.sleep(1_000, end.signal);
    end.abort();
    await asleep;
    expect(jest.getTimerCount()).toBe(0);
  });
});
