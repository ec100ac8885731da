import { type ResolvedSyncOptions } from '../options/resolve-sync-options.js';
import { isStateCollection, stateCollections } from '../state/state-collections.js';

/** Whether the options let a collection travel at all. */
export function isChosen(name: string, { include, exclude }: ResolvedSyncOptions): boolean {
  if (isStateCollection(name) || name.startsWith('system.')) return false;
  return !exclude.has(name) && (include === null || include.has(name));
}

/**
 * Whether the options let Atlas' changes of a collection come to Local. Conflict records come in any case: they are how
 * the other branches hear of what they lost.
 */
export function isPulled({ bidirectional, pullExclude }: ResolvedSyncOptions, collection: string): boolean {
  return collection === stateCollections.conflicts || (bidirectional && !pullExclude.has(collection));
}
