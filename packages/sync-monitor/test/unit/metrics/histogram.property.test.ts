import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Histogram } from '../../../src/metrics/histogram.js';

const ONE_BUCKET = 2 ** (1 / 4);
const durations = fc.array(fc.double({ min: 0, max: 2 ** 32, noNaN: true }), { minLength: 1, maxLength: 60 });

const filled = (values: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
};

describe('Histogram', () => {
  it('estimates every quantile within one bucket of the true one, and never above the largest value', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, fraction) => {
        const sorted = [...values].sort((a, b) => a - b);
        const truth = sorted[Math.max(1, Math.ceil(fraction * sorted.length)) - 1] ?? NaN;
        const estimate = filled(values).quantile(fraction) ?? NaN;
        const slack = 1 + 1e-9;
        expect(estimate).toBeLessThanOrEqual(Math.max(1, truth * ONE_BUCKET) * slack);
        expect(estimate * slack).toBeGreaterThanOrEqual(truth <= 1 ? 0 : truth / ONE_BUCKET);
        expect(estimate).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  it('counts at each bound exactly the values at or below it', () => {
    fc.assert(
      fc.property(durations, (values) => {
        for (const { boundMs, count } of filled(values).cumulative()) {
          expect(count).toBe(values.filter((value) => value <= boundMs).length);
        }
      }),
    );
  });

  it('takes one record of n values as n records of one', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 20 }), (value, count) => {
        const once = new Histogram();
        once.record(value, count);
        const often = filled(Array.from({ length: count }, () => value));
        expect([once.count, once.sumMs, once.maxMs, once.cumulative()]).toEqual([
          often.count,
          often.sumMs,
          often.maxMs,
          often.cumulative(),
        ]);
      }),
    );
  });
});
