import { describe, expect, it } from '@jest/globals';
import { branchNames } from '../../../src/databases/branch-names.js';

describe('branchNames', () => {
  it('names a number of branches a, b, c…', () => {
    expect(branchNames(3)).toEqual(['a', 'b', 'c']);
  });

  it('goes on after z without repeating itself', () => {
    const names = branchNames(100);
    expect(names.slice(25, 28)).toEqual(['z', 'a1', 'b1']);
    expect(new Set(names).size).toBe(100);
  });

  it('keeps given names', () => {
    expect(branchNames(['berlin', 'sofia-2'])).toEqual(['berlin', 'sofia-2']);
  });

  it.each([[0], [[]], [['a', 'a']], [['atlas']], [['../etc']], [['']]])('refuses %j', (branches) => {
    expect(() => branchNames(branches)).toThrow(RangeError);
  });
});
