import { describe, expect, it, jest } from '@jest/globals';
import { OldestFirst } from '../../../src/queue/oldest-first.js';

describe('OldestFirst', () => {
  it('takes entries in the order they were added, those added meanwhile too', () => {
    const map = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    const oldestFirst = new OldestFirst(map);
    expect(oldestFirst.take()).toEqual(['a', 1]);
    map.set('c', 3);
    map.set('a', 4);
    expect([oldestFirst.take(), oldestFirst.take(), oldestFirst.take(), oldestFirst.take()]).toEqual([
      ['b', 2],
      ['c', 3],
      ['a', 4],
      null,
    ]);
    expect(map.size).toBe(0);
  });

  it('passes over entries that somebody else removed', () => {
    const map = new Map([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    const oldestFirst = new OldestFirst(map);
    map.delete('a');
    expect(oldestFirst.take()).toEqual(['b', 2]);
  });

  it('goes on after the end was reached while others were removed', () => {
    const map = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    const oldestFirst = new OldestFirst(map);
    oldestFirst.take();
    map.delete('b');
    expect(oldestFirst.take()).toBeNull();
    map.set('c', 3);
    expect(oldestFirst.take()).toEqual(['c', 3]);
    map.set('d', 4);
    expect(oldestFirst.take()).toEqual(['d', 4]);
  });

  it('drains a map with one iterator: a second would step over all that the first removed', () => {
    const map = new Map(Array.from({ length: 1_000 }, (_, i) => [i, { i }] as const));
    const entries = jest.spyOn(map, 'entries');
    const oldestFirst = new OldestFirst(map);
    while (oldestFirst.take());
    expect(map.size).toBe(0);
    expect(entries).toHaveBeenCalledTimes(1);
  });
});
