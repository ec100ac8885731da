import { describe, expect, it } from '@jest/globals';
import { simulate } from '../../../src/simulator/simulate.js';

const SEEDS = Number(process.env['BOMBA_SIM_SEEDS'] ?? 20_000);
const FIRST = Number(process.env['BOMBA_SIM_FIRST'] ?? 1);

describe('the protocol in random histories', () => {
  it(`breaks no law in ${SEEDS} histories`, () => {
    const failures = new Map<string, { seed: number; message: string; count: number }>();
    let writeCount = 0;
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try {
        writeCount += simulate({ seed }).writeCount;
      } catch (error) {
        const message =
          error instanceof Error
            ? error.name === 'Violation'
              ? error.message
              : String(error.stack)
            : String(error);
        const kind = message.replace(/\d+/g, '#').slice(0, 300);
        const known = failures.get(kind) ?? { seed, message, count: 0 };
        failures.set(kind, { ...known, count: known.count + 1 });
      }
    }
    expect([...failures.values()]).toEqual([]);
    expect(writeCount).toBeGreaterThan(SEEDS * 10);
  }, 1_800_000);

  it('keeps of what a foreign hand wrote and a push overwrote most of what events show: deaths may come in between', () => {
    const foreign = Array.from({ length: 750 }, (_, i) => simulate({ seed: 4 * i + 1 }));
    const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
    expect(sum(foreign.map(({ lostForeignCount }) => lostForeignCount))).toBeLessThanOrEqual(5);
  }, 240_000);
});
