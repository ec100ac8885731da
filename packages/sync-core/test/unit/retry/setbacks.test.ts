import { describe, expect, it } from '@jest/globals';
import { Setbacks } from '../../../src/retry/setbacks.js';

const policy = { baseMs: 1_000, maxMs: 8_000 };
const halfway = { fraction: () => 0.5 };

describe('what has failed', () => {
  it('is left alone for a while, and then due again', () => {
    const setbacks = new Setbacks<string>(policy, halfway);
    expect(setbacks.isWaiting('items', 0)).toBe(false);
    setbacks.failed('items', 100);
    expect(setbacks.isWaiting('items', 599)).toBe(true);
    expect(setbacks.isWaiting('items', 600)).toBe(false);
  });

  it('waits longer each time, up to the longest wait', () => {
    const setbacks = new Setbacks<string>(policy, halfway);
    const untilMs = [1, 2, 3, 4, 5].map((count) => {
      expect(setbacks.failed('items', 0)).toBe(count);
      return Array.from({ length: 9_000 }, (_, ms) => ms).find((ms) => !setbacks.isWaiting('items', ms));
    });
    expect(untilMs).toEqual([500, 1_000, 2_000, 4_000, 4_000]);
  });

  it('makes nothing else wait', () => {
    const setbacks = new Setbacks<string>(policy, halfway);
    setbacks.failed('items', 0);
    expect(setbacks.isWaiting('others', 0)).toBe(false);
    expect([setbacks.has('items'), setbacks.has('others')]).toEqual([true, false]);
  });

  it('begins anew after a success', () => {
    const setbacks = new Setbacks<string>(policy, halfway);
    for (let i = 0; i < 5; i++) setbacks.failed('items', 0);
    setbacks.succeeded('items');
    expect(setbacks.size).toBe(0);
    expect(setbacks.failed('items', 0)).toBe(1);
  });

  it('is told once it is due, with how often in a row it has failed', () => {
    const setbacks = new Setbacks<string>(policy, halfway);
    for (const name of ['items', 'items', 'others']) setbacks.failed(name, 0);
    expect([...setbacks.due(499)]).toEqual([]);
    expect([...setbacks.due(500)]).toEqual([['others', 1]]);
    expect([...setbacks.due(1_000)]).toEqual([
      ['items', 2],
      ['others', 1],
    ]);
    expect([setbacks.countOf('items'), setbacks.countOf('unknown')]).toEqual([2, 0]);
  });
});
