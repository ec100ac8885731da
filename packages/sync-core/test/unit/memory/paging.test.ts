import { describe, expect, it } from '@jest/globals';
import { byId, page, within } from '../../../src/memory/paging.js';
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
    expect(page([first, second, third], { after: idOf(1), limit: 9 })).toEqual([second, third]);
    expect(page([first, second, third], { after: idOf(2), limit: 9 })).toEqual([]);
  });

  it('begins at the beginning where no id is given, and is no longer than its limit', () => {
    expect(page([first, second, third], { after: null, limit: 2 })).toEqual([first, second]);
  });

  it('passes over the first that it is told to, behind the id', () => {
    expect(page([first, second, third], { after: null, skip: 2, limit: 9 })).toEqual([third]);
    expect(page([first, second, third], { after: idOf(1), skip: 1, limit: 9 })).toEqual([third]);
  });
});

describe('within', () => {
  const bodies = new Map([3, 4, 0, 5].map((size, number) => [keyOf(number), { body: new Uint8Array(size) }]));
  const read = (maxBytes: number) =>
    within([...bodies.keys(), keyOf(9)], maxBytes, (key) => bodies.get(key) ?? null).map((found) =>
      found === null || found === 'later' ? found : found.body.length,
    );

  it('reads until the bytes are there, and leaves the rest for later', () => {
    expect(read(7)).toEqual([3, 4, 'later', 'later', 'later']);
    expect(read(8)).toEqual([3, 4, 0, 5, 'later']);
    expect(read(100)).toEqual([3, 4, 0, 5, null]);
  });

  it('reads one document whatever its size', () => {
    expect(read(1)).toEqual([3, 'later', 'later', 'later', 'later']);
  });
});
