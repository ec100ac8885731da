import { SyncError } from '../errors/sync-error.js';
import { type SyncOperation } from './sync-operation.js';

/**
 * Merges two waiting operations of one key into the one that has the effect of both. The newer one's id stands, so that
 * no acknowledgement of the older one can cover it. Associative: any grouping of a sequence ends the same.
 *
 * | newer | result |
 * |---|---|
 * | delete | delete: it supersedes everything, also an insert that never reached Atlas |
 * | insert | insert, with the newer data alone; after a delete too, for the key exists again |
 * | update of an insert or update | as the older one, with the data of both, the newer field winning |
 * | update after a delete | insert: the key exists again, and nothing from before is left |
 * | unknown, or update of an unknown | unknown: only the document can tell |
 *
 * Throws SYNC_BUG where the keys differ.
 *
 * @public
 */
export function coalesce(older: SyncOperation, newer: SyncOperation): SyncOperation {
  if (older.key !== newer.key)
    throw new SyncError('SYNC_BUG', 'Only operations of one key can be coalesced.');
  if (newer.type !== 'update') return newer;
  if (older.type === 'delete') return { ...newer, type: 'insert' };
  const combined = { ...newer, type: older.type };
  return older.data ? { ...combined, data: { ...older.data, ...newer.data } } : combined;
}
