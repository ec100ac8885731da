import { describe, expect, it } from '@jest/globals';
import { type DiffPlace, type DocumentKey } from '@bomba/sync-core';
import { notBegun, remaining } from '../../../src/full-sync/remaining.js';
import { everything, newRun, type RunRecord } from '../../../src/full-sync/run-record.js';

const next: DiffPlace = { after: 'bills/1' as DocumentKey, goneCount: 2, isLocalRead: true };
const counts = { comparedCount: 1, differentCount: 0, repairedCount: 0 };

/** A run that has come to this place, and has begun these collections. */
function runAt(
  place: RunRecord['place'],
  begun: readonly string[] = [],
  collections: readonly string[] | null = null,
): RunRecord {
  const run = newRun({ id: 'run', nowMs: 0 }, { ...everything, collections, byEngine: true });
  const reports = begun.map((collection) => ({ collection, ...counts }));
  return { ...run, place: place && { ...place, reports } };
}
const names = (run: RunRecord, synced: readonly string[]): readonly string[] =>
  remaining(run, synced).map(({ collection }) => collection);

describe('what a run has yet to compare', () => {
  it('is everything that is wanted and synced, where it has come nowhere', () => {
    expect(names(runAt(null), ['orders', 'bills'])).toEqual(['bills', 'orders']);
    expect(names(runAt(null, [], ['orders', 'gone']), ['orders', 'bills'])).toEqual(['orders']);
  });

  it.each([[['items', 'bills', 'orders']], [['orders', 'items', 'bills']], [['bills', 'orders', 'items']]])(
    'is the rest of its collection and the later ones, in whichever order they are known: %s',
    (synced) => {
      const run = runAt({ collection: 'items', next }, ['bills', 'items']);
      const [first, ...later] = remaining(run, synced);
      expect(first).toEqual({ collection: 'items', start: { ...next, isLocalRead: false } });
      expect(later.map(({ collection }) => collection)).toEqual(['orders']);
      expect(notBegun(run, synced)).toEqual(['orders']);
    },
  );

  it('leaves out a collection that was compared to its end, or is synced no more', () => {
    expect(names(runAt({ collection: 'items', next: null }, ['items']), ['items', 'orders'])).toEqual([
      'orders',
    ]);
    expect(names(runAt({ collection: 'items', next }, ['items']), ['orders'])).toEqual(['orders']);
    expect(
      names(runAt({ collection: 'orders', next: null }, ['items', 'orders']), ['items', 'orders']),
    ).toEqual([]);
  });

  it('has what joined since, wherever its name stands', () => {
    const run = runAt({ collection: 'items', next }, ['bills', 'items']);
    expect(names(run, ['bills', 'cards', 'items', 'orders'])).toEqual(['items', 'cards', 'orders']);
    expect(notBegun(run, ['bills', 'cards', 'items', 'orders'])).toEqual(['cards', 'orders']);
  });
});
