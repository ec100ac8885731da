import { describe, expect, it } from '@jest/globals';
import { PushLag } from '../../../src/lag/push-lag.js';

describe('PushLag', () => {
  it('is 0 while nothing waits, whatever the last version took', () => {
    const lag = new PushLag();
    lag.arrived(5_000, 1_000);
    expect(lag.lagMs(9_000)).toBe(0);
  });

  it('grows by itself while something waits and nothing arrives', () => {
    const lag = new PushLag();
    lag.queueSeen(3, 1_000);
    lag.queueSeen(9, 50_000);
    expect(lag.lagMs(61_000)).toBe(60_000);
  });

  it('is that of the last version while the queue drains', () => {
    const lag = new PushLag();
    lag.queueSeen(3, 1_000);
    lag.arrived(700_000, 2_000);
    expect(lag.lagMs(2_500)).toBe(700_000);
  });

  it('starts anew when the queue was empty in between', () => {
    const lag = new PushLag();
    lag.queueSeen(3, 1_000);
    lag.arrived(700_000, 2_000);
    lag.queueSeen(0, 3_000);
    lag.queueSeen(1, 10_000);
    expect(lag.lagMs(10_100)).toBe(100);
  });
});
