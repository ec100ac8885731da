import { SyncError } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { type Connection } from 'mongoose';
import { refusalReason } from './refusal-reason.js';
import { permitsExpiry } from './refused-by-schema.js';
import { type RefusedCollection, type SyncedCollections } from './synced-collections.js';

/**
 * The synced collections that the server cannot let us sync, with the reason. One that does not exist yet can be
 * anything; it is looked at again later. Throws SYNC_STATE_LOCAL_NOT_CONNECTED.
 */
export async function inspectCollections(
  local: Connection,
  collections: SyncedCollections,
): Promise<readonly RefusedCollection[]> {
  const { db } = local;
  if (!db) {
    throw new SyncError('SYNC_STATE_LOCAL_NOT_CONNECTED', 'Await mongoose.connect() before sync.start().');
  }
  const { names } = collections;
  const refused: RefusedCollection[] = [];
  const found = await db.listCollections({ name: { $in: [...names] } }, { nameOnly: false }).toArray();
  for (const { name, type = 'collection', options = {} } of found) {
    const hasExpiry = type === 'collection' && (await expires(db, name));
    const allowsExpiry = collections.modelsOf(name).some(permitsExpiry);
    const reason = refusalReason({ type, options, hasExpiry, allowsExpiry });
    if (reason !== null) refused.push({ collection: name, reason });
  }
  return refused;
}

async function expires(db: Db, name: string): Promise<boolean> {
  const indexes = await db.collection(name).listIndexes().toArray();
  return indexes.some((index: object) => 'expireAfterSeconds' in index);
}
