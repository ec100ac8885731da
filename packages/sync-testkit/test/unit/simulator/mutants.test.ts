import { describe, expect, it } from '@jest/globals';
import { mutantNamed, type MutantName, mutants } from '../../../src/simulator/mutants.js';
import { scenarioOf, smallWorld } from '../../../src/simulator/scenario.js';
import { simulate } from '../../../src/simulator/simulate.js';

/** Twice what the rarest of these mistakes needs; the search ends at the first history that shows it. */
const HISTORIES = 12_000;

function firstSeedThatFinds(mutant: MutantName): number | null {
  const needs = mutantNamed(mutant)?.needs ?? ((): boolean => true);
  let left = HISTORIES;
  for (let seed = 1; left > 0; seed++) {
    if (!needs(scenarioOf(seed, smallWorld))) continue;
    left--;
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
    240_000,
  );
});
