import { describe, expect, it } from '@jest/globals';
import { PositionTracker } from '../../../src/pull/position-tracker.js';
import { keyOf } from '../queue/operations.js';

describe('PositionTracker', () => {
  it('gives a position out once', () => {
    const tracker = new PositionTracker<number>();
    expect(tracker.take()).toBeNull();
    tracker.applied(1);
    expect(tracker.take()).toBe(1);
    expect(tracker.take()).toBeNull();
  });

  it('gives out the last of several positions that nothing holds back', () => {
    const tracker = new PositionTracker<number>();
    tracker.applied(1);
    tracker.applied(2);
    expect(tracker.take()).toBe(2);
  });

  it('stays behind a batch with a key that is not settled', () => {
    const tracker = new PositionTracker<number>();
    tracker.applied(1);
    tracker.applied(2, [keyOf(0)]);
    tracker.applied(3);
    expect(tracker.take()).toBe(1);
    expect(tracker.take()).toBeNull();
  });

  it('goes on to the end once the key is settled', () => {
    const tracker = new PositionTracker<number>();
    tracker.applied(1, [keyOf(0)]);
    tracker.applied(2);
    tracker.applied(3);
    tracker.settled([keyOf(0)]);
    expect(tracker.take()).toBe(3);
  });

  it('goes on only as far as the next batch with an unsettled key', () => {
    const tracker = new PositionTracker<number>();
    tracker.applied(1, [keyOf(0)]);
    tracker.applied(2, [keyOf(1)]);
    tracker.settled([keyOf(0)]);
    expect(tracker.take()).toBe(1);
  });

  it('names each key that holds it back once', () => {
    const tracker = new PositionTracker<number>();
    tracker.applied(1, [keyOf(0), keyOf(1)]);
    tracker.applied(2, [keyOf(1), keyOf(2)]);
    expect(tracker.open).toEqual([keyOf(0), keyOf(1), keyOf(2)]);
    tracker.settled([keyOf(1)]);
    expect(tracker.open).toEqual([keyOf(0), keyOf(2)]);
  });
});
