import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecentCount } from '../../../src/metrics/recent-count.js';

const WINDOW_MS = 60_000;
const SLOT_MS = WINDOW_MS / 60;

describe('RecentCount', () => {
  it('counts everything of the window and nothing older, up to the length of one slot', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { maxLength: 40 }), fc.nat(120_000), (pausesMs, restMs) => {
        const recent = new RecentCount(WINDOW_MS);
        let nowMs = 1_700_000_000_000;
        const times = pausesMs.map((pauseMs) => (nowMs += pauseMs));
        for (const timeMs of times) recent.add(timeMs);
        nowMs += restMs;
        const within = (ageMs: number) => times.filter((timeMs) => nowMs - timeMs < ageMs).length;
        expect(recent.total(nowMs)).toBeGreaterThanOrEqual(within(WINDOW_MS - SLOT_MS));
        expect(recent.total(nowMs)).toBeLessThanOrEqual(within(WINDOW_MS));
      }),
    );
  });

  it('does not count what lies ahead of a clock that was set back', () => {
    const recent = new RecentCount(WINDOW_MS);
    recent.add(1_700_000_000_000 + 5 * SLOT_MS);
    recent.add(1_700_000_000_000);
    expect(recent.total(1_700_000_000_000)).toBe(1);
  });

  it('never counts more than was added, however the clock jumps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -500_000, max: 500_000 }), { minLength: 1 }), (times) => {
        const recent = new RecentCount(WINDOW_MS);
        for (const [index, timeMs] of times.entries()) {
          recent.add(timeMs);
          expect(recent.total(timeMs)).toBeGreaterThanOrEqual(1);
          expect(recent.total(timeMs)).toBeLessThanOrEqual(index + 1);
        }
      }),
    );
  });
});
