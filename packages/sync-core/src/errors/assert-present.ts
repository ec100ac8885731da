import { SyncError } from './sync-error.js';

/** Narrows a value that an answer of `decide` implies; throws SYNC_BUG where it is not there. */
export function assertPresent<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new SyncError('SYNC_BUG', `Expected ${what}.`);
  return value;
}
