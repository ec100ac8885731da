import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RetryBudget } from '../../../src/retry/retry-budget.js';
import { defaultRetryPolicy } from '../../../src/retry/retry-policy.js';

describe('RetryBudget', () => {
  it('grants a burst at once and then what the rate allows', () => {
    const budget = new RetryBudget({ burstCount: 3, perSecondCount: 2 }, 0);
    expect(budget.take(5, 0)).toBe(3);
    expect(budget.take(5, 499)).toBe(0);
    expect(budget.take(5, 500)).toBe(1);
    expect(budget.take(5, 1_500)).toBe(2);
  });

  it('never saves up more than the burst', () => {
    const budget = new RetryBudget({ burstCount: 3, perSecondCount: 2 }, 0);
    expect(budget.take(100, 3_600_000)).toBe(3);
  });

  it('grants no more than was wanted, and keeps the rest', () => {
    const budget = new RetryBudget({ burstCount: 3, perSecondCount: 2 }, 0);
    expect(budget.take(1, 0)).toBe(1);
    expect(budget.take(0, 0)).toBe(0);
    expect(budget.take(-4, 0)).toBe(0);
    expect(budget.take(9, 0)).toBe(2);
  });

  it('earns nothing by a clock that steps back, and goes on from there', () => {
    const budget = new RetryBudget({ burstCount: 1, perSecondCount: 1 }, 10_000);
    expect(budget.take(1, 10_000)).toBe(1);
    expect(budget.take(1, 4_000)).toBe(0);
    expect(budget.take(1, 5_000)).toBe(1);
  });

  it('tells how long to wait for the next retry', () => {
    const budget = new RetryBudget({ burstCount: 1, perSecondCount: 3 }, 0);
    expect(budget.waitMs(0)).toBe(0);
    budget.take(1, 0);
    expect(budget.waitMs(0)).toBe(334);
    expect(budget.waitMs(300)).toBe(34);
  });

  it('lets a hundred thousand keys that wake up at once through at the rate', () => {
    const budget = new RetryBudget(defaultRetryPolicy, 0);
    let waitingCount = 100_000;
    let nowMs = 0;
    let mostInOneSecond = 0;
    for (; waitingCount > 0; nowMs += 1_000) {
      const grantedCount = budget.take(waitingCount, nowMs);
      mostInOneSecond = Math.max(mostInOneSecond, grantedCount);
      waitingCount -= grantedCount;
    }
    expect(mostInOneSecond).toBe(defaultRetryPolicy.burstCount);
    expect(nowMs).toBe(199_000);
  });

  it('grants in any stretch of time at most a burst and what the rate gives', () => {
    const anyPolicy = fc.record({
      burstCount: fc.integer({ min: 1, max: 20 }),
      perSecondCount: fc.integer({ min: 1, max: 50 }),
    });
    const anyTakes = fc.array(fc.record({ afterMs: fc.nat(700), wantedCount: fc.nat(30) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(anyPolicy, anyTakes, (policy, takes) => {
        const budget = new RetryBudget(policy, 0);
        let nowMs = 0;
        const grants = takes.map(({ afterMs, wantedCount }) => {
          nowMs += afterMs;
          return { nowMs, grantedCount: budget.take(wantedCount, nowMs) };
        });
        grants.forEach((first, i) => {
          let sum = 0;
          for (const { nowMs: atMs, grantedCount } of grants.slice(i)) {
            sum += grantedCount;
            const allowed = policy.burstCount + ((atMs - first.nowMs) * policy.perSecondCount) / 1_000;
            expect(sum).toBeLessThanOrEqual(allowed);
          }
        });
      }),
    );
  });

  it('grants a retry after exactly the wait that it told, and none before', () => {
    const anyPolicy = fc.record({
      burstCount: fc.integer({ min: 1, max: 5 }),
      perSecondCount: fc.integer({ min: 1, max: 999 }),
    });
    fc.assert(
      fc.property(anyPolicy, fc.nat(5_000), (policy, idleMs) => {
        const budget = new RetryBudget(policy, 0);
        budget.take(policy.burstCount, 0);
        budget.take(policy.burstCount, idleMs);
        const waitMs = budget.waitMs(idleMs);
        expect(waitMs).toBeGreaterThan(0);
        expect(budget.take(1, idleMs + waitMs - 1)).toBe(0);
        expect(budget.take(1, idleMs + waitMs)).toBe(1);
      }),
    );
  });
});
