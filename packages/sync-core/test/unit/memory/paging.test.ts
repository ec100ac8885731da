import { describe, expect, it } from '@jest/globals';
import { byId, page } from '../../../src/memory/paging.js';
import { idOf, keyOf } from '../queue/operations.js';

const [first, second, third] = [
  { id: idOf(1), key: keyOf(5) },
  { id: idOf(2), key: keyOf(3) },
  { id: idOf(2), key: keyOf(4) },
];

describe('byId', () => {
  it('orders by id, and keys of one id by key', () => {
    expect([third, second, first].toSorted(byId)).toEqual([first, second, third]);
  });
});

describe('page', () => {
  it('begins behind the id, with none of its keys', () => {
    expect(page([first, second, third], idOf(1), 9)).toEqual([second, third]);
    expect(page([first, second, third], idOf(2), 9)).toEqual([]);
  });

  it('begins at the beginning where no id is given, and is no longer than its limit', () => {
    expect(page([first, second, third], null, 2)).toEqual([first, second]);
  });
});
