import { describe, expect, it } from '@jest/globals';
import { pullLagMs } from '../../../src/lag/pull-lag.js';
import { calmStatus } from '../../fakes/fake-sync-control.js';

describe('pullLagMs', () => {
  it('is the time since the stream was up to date', () => {
    expect(pullLagMs({ ...calmStatus, pulledAtMs: 1_000 }, 4_000)).toBe(3_000);
  });

  it('is never negative, though the clock went back', () => {
    expect(pullLagMs({ ...calmStatus, pulledAtMs: 5_000 }, 4_000)).toBe(0);
  });

  it('is not known without a status, before the first catch-up, or in a process that stands by', () => {
    expect(pullLagMs(null, 4_000)).toBeNull();
    expect(pullLagMs(calmStatus, 4_000)).toBeNull();
    expect(pullLagMs({ ...calmStatus, pulledAtMs: 1_000, leader: false }, 4_000)).toBeNull();
  });
});
