import { type DiffPlace, diffStart } from '@bomba/sync-core';
import { type RunRecord } from './run-record.js';

/** A collection that is to be compared, and where that begins. */
export interface Remaining {
  readonly collection: string;
  readonly start: DiffPlace;
}

/**
 * The collections that a run has yet to compare, of those that are synced. In the order of their names, so that a process that
 * knows them in another order goes on in the same.
 */
export function remaining({ wish, place }: RunRecord, synced: readonly string[]): readonly Remaining[] {
  const wanted = synced.filter((name) => wish.collections?.includes(name) ?? true).toSorted();
  const whole = (names: readonly string[]): readonly Remaining[] =>
    names.map((collection) => ({ collection, start: diffStart }));
  if (!place) return whole(wanted);
  const begun = new Set(place.reports?.map(({ collection }) => collection));
  // One that joined meanwhile.
  const missed = wanted.filter((name) => name < place.collection && !begun.has(name));
  const later = wanted.filter((name) => name > place.collection);
  const isBegun = wanted.includes(place.collection) && place.next !== null;
  // Local may have grown since it had shown all.
  const rest = isBegun
    ? [{ collection: place.collection, start: { ...place.next, isLocalRead: false } }]
    : [];
  return [...rest, ...whole([...missed, ...later])];
}

/** Those of the synced collections of which a run, where there is one, has compared nothing yet. */
export function notBegun(run: RunRecord | null, synced: readonly string[]): readonly string[] {
  if (!run?.place) return synced;
  const { place } = run;
  return remaining(run, synced)
    .filter(({ collection }) => collection !== place.collection)
    .map(({ collection }) => collection);
}
