import { SyncError } from '@bomba/sync-core';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { type BulkOutcome } from './bulk.js';

const MAX_TRIES = 3;

/**
 * Sends upserts until none collides: two that insert the same document at once do, and the loser then finds it (MongoDB
 * manual, Upsert with Unique Index). Returns those that still collide at the last try. Throws SYNC_WRITE_TRANSIENT where one
 * fails otherwise.
 */
export async function sendUpserts<Write>(
  writes: readonly Write[],
  send: (open: readonly Write[]) => Promise<Pick<BulkOutcome, 'failures'>>,
): Promise<readonly Write[]> {
  let open = writes;
  for (let attempt = 0; open.length > 0 && attempt < MAX_TRIES; attempt++) {
    const { failures } = await send(open);
    const other = failures.find(({ code }) => code !== mongoCode.duplicateKey);
    if (other) throw new SyncError('SYNC_WRITE_TRANSIENT', `An upsert failed (code ${other.code}).`);
    const collided = new Set(failures.map(({ index }) => index));
    open = open.filter((_, index) => collided.has(index));
  }
  return open;
}
