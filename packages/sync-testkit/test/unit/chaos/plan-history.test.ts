import { describe, expect, it } from '@jest/globals';
import { planHistory } from '../../../src/chaos/index.js';

const plans = Array.from({ length: 40 }, (_, seed) => planHistory(seed));
const branches = plans.flatMap((plan) => plan.branches);
const processes = branches.flatMap((branch) => branch.processes);

describe('the plan of a history', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planHistory(7)).toEqual(planHistory(7));
    expect(planHistory(7)).not.toEqual(planHistory(8));
  });

  it('has every kind of fault, kills, clocks that are off, and a foreign hand within the histories of a test run', () => {
    const kinds = new Set(branches.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
    expect(kinds.size).toBe(10);
    expect(processes.some(({ kills }) => kills.length > 0)).toBe(true);
    expect(processes.some(({ skewMs }) => skewMs !== 0)).toBe(true);
    expect(new Set(plans.flatMap(({ foreign }) => foreign.map(({ way }) => way))).size).toBe(3);
    expect(plans.some(({ hasTransactions }) => hasTransactions)).toBe(true);
    expect(branches.some((branch) => branch.processes.length > 1)).toBe(true);
  });

  it('lets the faults of a link, and the kills of a process, come one after the other', () => {
    for (const { faults } of branches) {
      faults.slice(1).forEach(({ atMs }, index) => {
        const before = faults[index];
        expect(atMs).toBeGreaterThan((before?.atMs ?? 0) + (before?.lengthMs ?? 0));
      });
    }
    for (const { kills } of processes) {
      kills.slice(1).forEach(({ atMs }, index) => {
        const before = kills[index];
        expect(atMs).toBeGreaterThan((before?.atMs ?? 0) + (before?.downMs ?? 0));
      });
    }
  });
});
