import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editDistance } from '../../../src/config/edit-distance.js';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });

describe('editDistance', () => {
  it('is a distance: zero for the same word only, the same both ways, and no detour is shorter', () => {
    fc.assert(
      fc.property(word, word, word, (one, two, three) => {
        expect(editDistance(one, two) === 0).toBe(one === two);
        expect(editDistance(one, two)).toBe(editDistance(two, one));
        expect(editDistance(one, three)).toBeLessThanOrEqual(
          editDistance(one, two) + editDistance(two, three),
        );
      }),
    );
  });

  it('counts insertions, removals and changes', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
  });
});
