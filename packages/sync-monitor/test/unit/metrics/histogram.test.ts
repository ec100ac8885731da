import { describe, expect, it } from '@jest/globals';
import { Histogram } from '../../../src/metrics/histogram.js';

describe('Histogram', () => {
  it('knows nothing before the first value', () => {
    const histogram = new Histogram();
    expect(histogram.quantile(0.5)).toBeNull();
    expect(histogram.meanMs).toBeNull();
    expect(histogram.count).toBe(0);
  });

  it('counts a value on a bound as at or below it', () => {
    const histogram = new Histogram();
    histogram.record(1_024);
    const at = (boundMs: number) => histogram.cumulative().find((step) => step.boundMs === boundMs)?.count;
    expect(at(512)).toBe(0);
    expect(at(1_024)).toBe(1);
  });

  it('counts negative durations, from a clock that went back, as 0', () => {
    const histogram = new Histogram();
    histogram.record(-5);
    expect(histogram.sumMs).toBe(0);
    expect(histogram.cumulative()[0]).toEqual({ boundMs: 1, count: 1 });
  });

  it('keeps values beyond the last bound in count and maximum', () => {
    const histogram = new Histogram();
    histogram.record(2 ** 33);
    expect(histogram.cumulative().at(-1)?.count).toBe(0);
    expect(histogram.count).toBe(1);
    expect(histogram.quantile(1)).toBe(2 ** 33);
  });
});
