import { SyncError } from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Collection } from 'mongodb';
import { type BulkOptions, sendBulk } from './bulk.js';
import { sendUpserts } from './send-upserts.js';

/** Stores upserts, all of them. Throws SYNC_WRITE_TRANSIENT where one collides again and again. */
export async function storeUpserts(
  collection: Collection,
  writes: readonly AnyBulkWriteOperation[],
  options: BulkOptions,
): Promise<void> {
  const left = await sendUpserts(writes, (open) => sendBulk(collection, open, options));
  if (left.length > 0) throw new SyncError('SYNC_WRITE_TRANSIENT', 'Concurrent upserts keep colliding.');
}
