import { SyncError } from '@bomba/sync-core';
import { type Reply } from '../http/endpoint.js';

/** The record as JSON; throws SYNC_NOT_FOUND where there is none. */
export function found(record: object | null, what: string): Reply {
  if (record === null) throw new SyncError('SYNC_NOT_FOUND', `There is no such ${what}.`);
  return { json: record };
}
