import { type Direction, type SyncControl } from '@bomba/sync-core';
import { cursor } from './record-cursor.js';
import { digits, Invalid, oneOf, optional, type Rule, text } from './rule.js';

/** One of the two directions. */
export const direction: Rule<Direction> = oneOf(['local-to-atlas', 'atlas-to-local']);

/** The id of a full sync. */
export const runId: Rule<string> = text(512);

/** The parameters of a list of records. Records may stem from a collection that is not synced any more. */
export const recordQuery = {
  collection: optional(text(255)),
  limit: optional(digits({ min: 1, max: 1_000 })),
  after: optional(cursor),
};

/** A collection that is synced, or that is paused and was synced. */
export function knownCollection(sync: SyncControl): Rule<string> {
  return (value, field) => {
    const { collections, paused } = sync.status();
    const known = [...collections, ...paused.map(({ collection }) => collection)];
    return typeof value === 'string' && known.includes(value)
      ? value
      : new Invalid({ field, detail: `must be a synced collection: ${collections.join(', ')}` });
  };
}
