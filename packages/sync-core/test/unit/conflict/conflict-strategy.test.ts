import { describe, expect, it } from '@jest/globals';
import { type ConflictStrategies, strategyFor } from '../../../src/conflict/conflict-strategy.js';

const preferLocal = () => 'local' as const;
const preferAtlas = () => 'atlas' as const;

describe('strategyFor', () => {
  it('takes one strategy for all collections', () => {
    expect(strategyFor('last-write-wins', 'bills')).toBe('last-write-wins');
    expect(strategyFor(preferLocal, 'bills')).toBe(preferLocal);
  });

  it("takes a collection's own strategy before that for all others", () => {
    const strategies = { bills: preferLocal, '*': preferAtlas };
    expect(strategyFor(strategies, 'bills')).toBe(preferLocal);
    expect(strategyFor(strategies, 'tables')).toBe(preferAtlas);
  });

  it('lets the last write win where nothing else is said', () => {
    expect(strategyFor({ bills: preferLocal }, 'tables')).toBe('last-write-wins');
    expect(strategyFor({}, 'bills')).toBe('last-write-wins');
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'is not misled by a collection called %s',
    (collection) => {
      const strategies: ConflictStrategies<object> = { '*': preferAtlas };
      expect(strategyFor(strategies, collection)).toBe(preferAtlas);
    },
  );
});
