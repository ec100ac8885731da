import { describe, expect, it } from '@jest/globals';
import { type MutantName, mutants } from '../../../src/simulator/mutants.js';
import { simulate } from '../../../src/simulator/simulate.js';

/** More seeds than any of these mistakes needs; the search ends at the first history that shows it. */
const SEEDS = 3000;

function firstSeedThatFinds(mutant: MutantName): number | null {
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      simulate({ seed, mutant });
    } catch (error) {
      if (error instanceof Error && error.name === 'Violation') return seed;
      throw error;
    }
  }
  return null;
}

describe('the simulator', () => {
  it.each(mutants.map(({ name }) => name))(
    'finds the planted mistake: %s',
    (name) => {
      expect(firstSeedThatFinds(name)).not.toBeNull();
    },
    120_000,
  );
});
