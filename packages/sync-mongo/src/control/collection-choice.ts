import { type ResolvedSyncOptions } from '../options/resolve-sync-options.js';
import { isStateCollection } from '../state/state-collections.js';

/** Whether the options let a collection travel at all. */
export function isChosen(name: string, { include, exclude }: ResolvedSyncOptions): boolean {
  if (isStateCollection(name) || name.startsWith('system.')) return false;
  return !exclude.has(name) && (include === null || include.has(name));
}
