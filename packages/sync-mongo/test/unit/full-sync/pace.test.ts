import { describe, expect, it } from '@jest/globals';
import { type CollectionReport } from '@bomba/sync-core';
import { Pace } from '../../../src/full-sync/pace.js';
import { ManualClock } from '../control/manual-clock.js';

const AT = { collection: 'bills', phase: 'comparing' } as const;

function done(counts: Readonly<Record<string, number>>): ReadonlyMap<string, CollectionReport> {
  return new Map(
    Object.entries(counts).map(([collection, comparedCount]) => [
      collection,
      { collection, comparedCount, differentCount: 0, repairedCount: 0 },
    ]),
  );
}

function start(alreadyDone = 0) {
  const clock = new ManualClock(5_000);
  const counts = new Map([
    ['bills', 1_000],
    ['tables', 500],
  ]);
  return { clock, pace: new Pace(clock, { counts, alreadyDone }) };
}

describe('the pace of a run', () => {
  it('knows no rate before anything is compared', () => {
    const { pace } = start();
    expect(pace.tell(AT, done({}))).toEqual({
      ...AT,
      doneCount: 0,
      estimatedCount: 1_500,
      perSecond: null,
      remainingMs: null,
    });
  });

  it('tells how long the rest will take at the rate so far', () => {
    const { clock, pace } = start();
    clock.advance(2_000);
    expect(pace.tell(AT, done({ bills: 500 }))).toMatchObject({
      doneCount: 500,
      perSecond: 250,
      remainingMs: 4_000,
    });
  });

  it('measures its own work, not what another process had done before', () => {
    const { clock, pace } = start(500);
    clock.advance(1_000);
    expect(pace.tell(AT, done({ bills: 600 }))).toMatchObject({ perSecond: 100, remainingMs: 9_000 });
  });

  it('never has done more than there is', () => {
    const { clock, pace } = start();
    clock.advance(1_000);
    expect(pace.tell(AT, done({ bills: 1_200, tables: 500 }))).toMatchObject({
      doneCount: 1_700,
      estimatedCount: 1_700,
      remainingMs: 0,
    });
  });
});
