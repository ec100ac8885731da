import { describe, expect, it } from '@jest/globals';
import { AbsenceWatch } from '../../../src/pull/absence-watch.js';
import { keyOf } from '../queue/operations.js';

describe('AbsenceWatch', () => {
  it('waits for the grace from when a key was first found gone', () => {
    const watch = new AbsenceWatch({ graceMs: 10 });
    expect(watch.isOver(keyOf(0), 100)).toBe(false);
    expect(watch.isOver(keyOf(0), 109)).toBe(false);
    expect(watch.isOver(keyOf(0), 110)).toBe(true);
  });

  it('waits for each key by itself', () => {
    const watch = new AbsenceWatch({ graceMs: 10 });
    watch.isOver(keyOf(0), 100);
    expect(watch.isOver(keyOf(1), 110)).toBe(false);
    expect(watch.isOver(keyOf(1), 119)).toBe(false);
    expect(watch.isOver(keyOf(1), 120)).toBe(true);
  });

  it('waits anew once it has answered', () => {
    const watch = new AbsenceWatch({ graceMs: 10 });
    watch.isOver(keyOf(0), 100);
    watch.isOver(keyOf(0), 110);
    expect(watch.isOver(keyOf(0), 111)).toBe(false);
  });

  it('waits for nothing where there is no grace', () => {
    expect(new AbsenceWatch({ graceMs: 0 }).isOver(keyOf(0), 100)).toBe(true);
  });

  it('only waits longer where it has to forget', () => {
    const watch = new AbsenceWatch({ graceMs: 10, limit: 2 });
    for (const number of [0, 1, 2]) watch.isOver(keyOf(number), 100);
    expect(watch.isOver(keyOf(0), 110)).toBe(false);
    expect(watch.isOver(keyOf(2), 110)).toBe(true);
    expect(watch.isOver(keyOf(0), 120)).toBe(true);
  });
});
