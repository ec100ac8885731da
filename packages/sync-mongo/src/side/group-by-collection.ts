import { collectionOf, type DocumentKey } from '@bomba/sync-core';
import { documentIdOf } from '../bson/document-key.js';

/** An entry of a batch, with its place in the batch. */
export interface Placed<Entry> {
  readonly index: number;
  readonly entry: Entry;
  /** The `_id`, in a form that the server finds the document by. */
  readonly id: unknown;
}

/** The entries of a batch, by collection. */
export function groupByCollection<Entry>(
  entries: readonly Entry[],
  keyOf: (entry: Entry) => DocumentKey,
): ReadonlyMap<string, readonly Placed<Entry>[]> {
  const groups = new Map<string, Placed<Entry>[]>();
  entries.forEach((entry, index) => {
    const key = keyOf(entry);
    const collection = collectionOf(key);
    const group = groups.get(collection) ?? [];
    group.push({ index, entry, id: documentIdOf(key) });
    groups.set(collection, group);
  });
  return groups;
}
