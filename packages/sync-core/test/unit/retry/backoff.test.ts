import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffDelay } from '../../../src/retry/backoff.js';
import { defaultRetryPolicy } from '../../../src/retry/retry-policy.js';

const almostOne = 1 - Number.EPSILON / 2;
const fixed = (fraction: number) => ({ fraction: () => fraction });
const anyFraction = fc.double({ min: 0, max: almostOne, noNaN: true });
const anyAttempt = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000_000 }));
const anyPolicy = fc.record({
  baseMs: fc.integer({ min: 0, max: 10_000 }),
  maxMs: fc.integer({ min: 1, max: 3_600_000 }),
});

describe('backoffDelay', () => {
  it('waits up to one second first, doubles, and stays at one minute, by default', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) =>
      backoffDelay(attempt, defaultRetryPolicy, fixed(0.5)),
    );
    expect(longest).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('uses the whole range from nothing to the longest wait', () => {
    expect(backoffDelay(3, defaultRetryPolicy, fixed(0))).toBe(0);
    expect(backoffDelay(3, defaultRetryPolicy, fixed(almostOne))).toBe(3_999);
  });

  it.each([1_000_000, Number.MAX_SAFE_INTEGER])('does not overflow at attempt %d', (attempt) => {
    expect(backoffDelay(attempt, defaultRetryPolicy, fixed(almostOne))).toBe(59_999);
    expect(backoffDelay(attempt, { baseMs: 0, maxMs: 60_000 }, fixed(almostOne))).toBe(0);
  });

  it('takes no failure at all for the first', () => {
    expect(backoffDelay(0, defaultRetryPolicy, fixed(0.5))).toBe(500);
  });

  it('**Feature: dual-mongodb-sync, Property 4: Exponential backoff retry strategy**', () => {
    fc.assert(
      fc.property(anyAttempt, anyPolicy, anyFraction, (attempt, policy, fraction) => {
        const delay = backoffDelay(attempt, policy, fixed(fraction));
        const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(attempt - 1, 1_000));
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(ceiling);
        expect(backoffDelay(attempt, policy, fixed(fraction))).toBe(delay);
        expect(backoffDelay(attempt + 1, policy, fixed(fraction))).toBeGreaterThanOrEqual(delay);
      }),
    );
  });

  it('reaches its cap', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        fc.pre(policy.baseMs > 0);
        expect(backoffDelay(64, policy, fixed(almostOne))).toBe(policy.maxMs - 1);
      }),
    );
  });
});
