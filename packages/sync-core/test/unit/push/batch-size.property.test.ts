import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BATCH_BYTES } from '../../../src/operations/batch-bytes.js';
import { BatchSize } from '../../../src/push/batch-size.js';

/** What may become of a full batch: an answer after so long, or none. */
const anyOutcome = fc.oneof(fc.nat(5_000), fc.constant('failed' as const));
const anyOptions = fc.record({
  min: fc.integer({ min: 1, max: 50 }),
  max: fc.integer({ min: 50, max: 2_000 }),
  start: fc.integer({ min: 1, max: 3_000 }),
  step: fc.integer({ min: 1, max: 300 }),
  targetMs: fc.integer({ min: 1, max: 1_000 }),
});

function tell(size: BatchSize, outcome: number | 'failed', count = size.current): void {
  if (outcome === 'failed') size.failed();
  else size.answered({ count, durationMs: outcome });
}

describe('BatchSize', () => {
  it('stays within its bounds, and changes by one step up or by half down, whatever happens', () => {
    fc.assert(
      fc.property(anyOptions, fc.array(anyOutcome), (options, outcomes) => {
        const size = new BatchSize(options);
        for (const outcome of outcomes) {
          const before = size.current;
          tell(size, outcome);
          const allowed = [before, before + options.step, Math.floor(before / 2), options.min, options.max];
          expect(allowed).toContain(size.current);
          expect(size.current).toBeGreaterThanOrEqual(options.min);
          expect(size.current).toBeLessThanOrEqual(options.max);
        }
      }),
    );
  });

  it('grows up to its most while full batches are answered as quickly as ever', () => {
    fc.assert(
      fc.property(anyOptions, fc.nat(10_000), (options, durationMs) => {
        const size = new BatchSize(options);
        for (let batch = 0; batch <= options.max; batch++) tell(size, durationMs);
        expect(size.current).toBe(options.max);
      }),
    );
  });

  it('never grows by batches that were not full', () => {
    fc.assert(
      fc.property(anyOptions, fc.array(fc.nat(5_000)), (options, durations) => {
        const size = new BatchSize(options);
        const start = size.current;
        for (const durationMs of durations) tell(size, durationMs, size.current - 1);
        expect(size.current).toBeLessThanOrEqual(start);
      }),
    );
  });

  it('comes down to its least where nothing is answered, in as many failures as it has bits', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const size = new BatchSize(options);
        for (let batch = 0; batch < 12; batch++) size.failed();
        expect(size.current).toBe(options.min);
      }),
    );
  });

  it('asks for half as many bytes after each failure, for twice as many at most after batches that were full of them, and creeps after others', () => {
    const size = new BatchSize();
    expect(size.bytes).toBe(BATCH_BYTES);
    for (const share of [1 / 2, 1 / 4, 1 / 8]) {
      size.failed();
      expect(size.bytes).toBe(BATCH_BYTES * share);
    }
    tell(size, 10, 1);
    expect(size.bytes).toBeGreaterThan(BATCH_BYTES / 8);
    expect(size.bytes).toBeLessThan(BATCH_BYTES / 7);
    for (let batch = 0; batch < 10; batch++) size.answered({ count: 1, durationMs: 10, isCut: true });
    expect(size.bytes).toBe(BATCH_BYTES);
    for (let batch = 0; batch < 100; batch++) size.failed();
    const least = size.bytes;
    expect(least).toBeGreaterThan(0);
    size.answered({ count: 1, durationMs: 10, isCut: true });
    expect(size.bytes).toBe(2 * least);
    for (let batch = 0; batch < 200; batch++) tell(size, 10, 1);
    expect(size.bytes).toBe(BATCH_BYTES);
  });

  it('grows again on a link that has become far away', () => {
    const size = new BatchSize();
    const answers = (durationMs: number): void => {
      for (let batch = 0; batch < 30; batch++) tell(size, durationMs);
    };
    answers(5);
    answers(2_000);
    expect(size.current).toBe(1_000);
  });

  it('finds the size that a link carries in its time, and keeps near it', () => {
    const anyLink = fc.record({
      roundTripMs: fc.nat(2_000),
      keysPerSecond: fc.integer({ min: 400, max: 100_000 }),
    });
    fc.assert(
      fc.property(anyLink, ({ roundTripMs, keysPerSecond }) => {
        const size = new BatchSize({ targetMs: 250 });
        const durationOf = (keys: number): number => roundTripMs + (keys / keysPerSecond) * 1_000;
        const sizes: number[] = [];
        for (let batch = 0; batch < 200; batch++) {
          tell(size, durationOf(size.current));
          if (batch >= 100) sizes.push(size.current);
        }
        // The most that is ever sent answers within a few targets; the least is still a fair share of what fits.
        const fitting = Math.min(1_000, keysPerSecond / 4);
        expect(durationOf(Math.max(...sizes)) - roundTripMs).toBeLessThanOrEqual(6 * 250);
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(Math.floor(fitting / 4));
      }),
    );
  });
});
