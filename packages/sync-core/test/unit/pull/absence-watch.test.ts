import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AbsenceWatch } from '../../../src/pull/absence-watch.js';
import { keyOf } from '../queue/operations.js';

describe('AbsenceWatch', () => {
  it('waits for the grace from when a key was first found gone', () => {
    const watch = new AbsenceWatch({ graceMs: 10 });
    expect(watch.isOver(keyOf(0), 100)).toBe(false);
    expect(watch.isOver(keyOf(0), 109)).toBe(false);
    expect(watch.isOver(keyOf(0), 110)).toBe(true);
  });

  it('waits for each key by itself', () => {
    const watch = new AbsenceWatch({ graceMs: 10 });
    watch.isOver(keyOf(0), 100);
    expect(watch.isOver(keyOf(1), 110)).toBe(false);
    expect(watch.isOver(keyOf(1), 119)).toBe(false);
    expect(watch.isOver(keyOf(1), 120)).toBe(true);
  });

  it('waits anew once it has answered', () => {
    const watch = new AbsenceWatch({ graceMs: 10 });
    watch.isOver(keyOf(0), 100);
    watch.isOver(keyOf(0), 110);
    expect(watch.isOver(keyOf(0), 111)).toBe(false);
  });

  it('waits anew where a key has been there in between', () => {
    const watch = new AbsenceWatch({ graceMs: 10 });
    expect(watch.isOver(keyOf(0), 100)).toBe(false);
    watch.isBack(keyOf(0));
    expect(watch.isOver(keyOf(0), 5_000)).toBe(false);
    expect(watch.isOver(keyOf(0), 5_010)).toBe(true);
  });

  it('waits for nothing where there is no grace', () => {
    expect(new AbsenceWatch({ graceMs: 0 }).isOver(keyOf(0), 100)).toBe(true);
  });

  it('lets a key that it has no room for wait until another has had its turn', () => {
    const watch = new AbsenceWatch({ graceMs: 10, limit: 2 });
    for (const number of [0, 1, 2]) expect(watch.isOver(keyOf(number), 100)).toBe(false);
    expect(watch.isOver(keyOf(2), 110)).toBe(false);
    expect(watch.isOver(keyOf(0), 110)).toBe(true);
    expect(watch.isOver(keyOf(2), 110)).toBe(false);
    expect(watch.isOver(keyOf(2), 120)).toBe(true);
  });

  it('makes room of those that nobody asks about any more', () => {
    const watch = new AbsenceWatch({ graceMs: 10, limit: 2 });
    for (const number of [0, 1]) watch.isOver(keyOf(number), 100);
    watch.isOver(keyOf(2), 600_099);
    expect(watch.isOver(keyOf(2), 600_109)).toBe(false);
    watch.isOver(keyOf(2), 600_110);
    expect(watch.isOver(keyOf(2), 600_120)).toBe(true);
  });

  it.each([900, 1_000, 1_010, 3_000])(
    'comes to an end with %d keys, where it has room for 1,000',
    (count) => {
      const watch = new AbsenceWatch({ graceMs: 10_000, limit: 1_000 });
      let nowMs = 0;
      let open = Array.from({ length: count }, (_, number) => keyOf(number));
      const roundCount = Math.ceil(count / 1_000) + 1;
      for (let round = 0; round < roundCount; round++) {
        open = open.filter((key, i) => {
          if (i % 50 === 0) nowMs += 1_000;
          return !watch.isOver(key, nowMs);
        });
        nowMs += 10_000;
      }
      expect(open).toEqual([]);
    },
  );

  it('tells of none before its grace, and of each at last, whatever it has room for', () => {
    const anyLimit = fc.integer({ min: 1, max: 8 });
    const anyCount = fc.integer({ min: 1, max: 30 });
    const anySteps = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(anyLimit, anyCount, anySteps, (limit, count, steps) => {
        const watch = new AbsenceWatch({ graceMs: 100, limit });
        let [nowMs, turn] = [0, 0];
        let open = Array.from({ length: count }, (_, number) => keyOf(number));
        for (let round = 0; open.length > 0; round++) {
          expect(round).toBeLessThan(200 * Math.ceil(count / limit));
          open = open.filter((key) => {
            nowMs += steps[turn++ % steps.length] ?? 0;
            const isOver = watch.isOver(key, nowMs);
            if (isOver) expect(nowMs).toBeGreaterThanOrEqual(100);
            return !isOver;
          });
          nowMs++;
        }
      }),
    );
  });
});
