import { describe, expect, it } from '@jest/globals';
import { HybridClock } from '../../../src/clock/hybrid-clock.js';
import { isLater, isSharedStamp, stampTimeMs } from '../../../src/protocol/stamp.js';
import { stampAt } from '../protocol/stamps.js';

function clockAt(nowMs: number) {
  const wall = { nowMs };
  const random = { bytes: (count: number) => new Uint8Array(count) };
  return { wall, options: { clock: { now: () => wall.nowMs }, random } };
}

describe('HybridClock', () => {
  it('gives an id the time of the wall clock', () => {
    const { options } = clockAt(1_000);
    expect(stampTimeMs(new HybridClock(options).next())).toBe(1_000);
  });

  it('marks an id as shared only when asked to', () => {
    const clock = new HybridClock(clockAt(1_000).options);
    expect(isSharedStamp(clock.next({ shared: true }))).toBe(true);
    expect(isSharedStamp(clock.next())).toBe(false);
  });

  it('borrows the next millisecond when 4096 ids were issued in one', () => {
    const clock = new HybridClock(clockAt(1_000).options);
    const ids = Array.from({ length: 4_098 }, () => clock.next());
    expect(ids.slice(4_095).map(stampTimeMs)).toEqual([1_000, 1_001, 1_001]);
    expect(ids.every((id, i) => isLater(id, ids[i - 1] ?? null))).toBe(true);
  });

  it('goes on from its last time while the wall clock is set back', () => {
    const { wall, options } = clockAt(1_000);
    const clock = new HybridClock(options);
    const before = clock.next();
    wall.nowMs = 400;
    const after = clock.next();
    expect(isLater(after, before)).toBe(true);
    expect(stampTimeMs(after)).toBe(1_000);
  });

  it('goes on above the last id of before a restart', () => {
    const last = stampAt(5_000, 4_095);
    const clock = new HybridClock({ ...clockAt(1_000).options, after: last });
    expect(isLater(clock.next(), last)).toBe(true);
  });

  it('goes on above an id it observes, and pays no heed to an old one', () => {
    const clock = new HybridClock(clockAt(1_000).options);
    const first = clock.next();
    clock.observe(stampAt(900));
    expect(stampTimeMs(clock.next())).toBe(stampTimeMs(first));
    clock.observe(stampAt(2_000, 7));
    expect(stampTimeMs(clock.next())).toBe(2_001);
  });

  it('reads the corrected time once it was corrected', () => {
    const { wall, options } = clockAt(1_000);
    const clock = new HybridClock(options);
    clock.correct(250);
    expect(clock.now()).toBe(1_250);
    wall.nowMs = 1_100;
    expect(clock.now()).toBe(1_350);
  });

  describe('corrected by two hours', () => {
    const HOURS_MS = 7_200_000;
    const START_MS = 1_000;

    function corrected() {
      const at = { wallMs: START_MS + HOURS_MS, monotonicMs: 40 };
      const clock = { now: () => at.wallMs, monotonic: () => at.monotonicMs };
      const ids = new HybridClock({ clock, random: { bytes: (count) => new Uint8Array(count) } });
      ids.correct(-HOURS_MS);
      return { at, ids };
    }

    it('goes on from the corrected time where the wall clock is put right, though nobody has measured it since', () => {
      const { at, ids } = corrected();
      at.monotonicMs += 500;
      at.wallMs = START_MS + 500;
      expect(stampTimeMs(ids.next())).toBe(START_MS + 500);
      at.monotonicMs += 500;
      at.wallMs += 500;
      expect(stampTimeMs(ids.next())).toBe(START_MS + 1_000);
    });

    it('goes by the wall clock where the machine has slept, and its monotonic time with it', () => {
      const { at, ids } = corrected();
      at.wallMs += 60_000;
      expect(stampTimeMs(ids.next())).toBe(START_MS + 60_000);
    });

    it('is as the wall clock once the correction has ended', () => {
      const { at, ids } = corrected();
      at.wallMs = START_MS + 300;
      ids.correct(0);
      at.monotonicMs += 5_000;
      expect(ids.now()).toBe(START_MS + 300);
    });
  });

  it('starts again from the corrected time after a clock that was far ahead', () => {
    const { options } = clockAt(90_000);
    const clock = new HybridClock(options);
    clock.next();
    clock.correct(-80_000);
    expect(stampTimeMs(clock.next())).toBe(10_000);
  });

  it('replaces an earlier correction and does not add to it', () => {
    const clock = new HybridClock(clockAt(1_000).options);
    clock.correct(500);
    clock.correct(-100);
    expect(clock.now()).toBe(900);
  });

  it('does not go back by a correction that changes nothing', () => {
    const clock = new HybridClock(clockAt(1_000).options);
    const ids = [clock.next(), clock.next(), clock.next()];
    clock.correct(0);
    expect(isLater(clock.next(), ids.at(-1) ?? null)).toBe(true);
  });

  it('issues ids of 1970 when it is corrected to before', () => {
    const clock = new HybridClock(clockAt(1_000).options);
    clock.next();
    clock.correct(-5_000);
    expect(stampTimeMs(clock.next())).toBe(0);
  });

  it('issues ids before 1970 as of 1970', () => {
    expect(stampTimeMs(new HybridClock(clockAt(-5).options).next())).toBe(0);
  });
});
