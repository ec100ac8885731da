import { type HybridClock, lowestStamp, type Stamp } from '@bomba/sync-core';
import { type Collection, type Db, type Document } from 'mongodb';
import { fromBinary, toBinary } from '../bson/stamp-binary.js';
import { readLatestId } from '../local-side/latest-id.js';
import { dirtyIndex, pendingIndex } from '../state/ensure-state.js';
import { stateCollections } from '../state/state-collections.js';

const ANY_ID = { $gte: toBinary(lowestStamp(new Uint8Array(16))) };

/**
 * Has a clock go on above what earlier processes issued: above the ids that wait on Local, of documents and of deletions,
 * and above those that have left these indexes, as they are noted when they leave.
 */
export async function resumeClock(clock: HybridClock, db: Db, collections: readonly string[]): Promise<void> {
  const waiting = await Promise.all([
    latestDeletion(db.collection(stateCollections.tombstones)),
    ...collections.map((collection) => latestWrite(db.collection(collection))),
  ]);
  // Last, as an id is noted before it leaves them: whichever leaves meanwhile is seen in one place or the other.
  for (const id of [...waiting, await readLatestId(db)]) if (id) clock.observe(id);
}

async function latestWrite(collection: Collection): Promise<Stamp | null> {
  const found = await latestBy(collection, '_syncMeta.dirty', dirtyIndex.name);
  return fromBinary((found?.['_syncMeta'] as Document | undefined)?.['dirty']);
}

async function latestDeletion(tombstones: Collection): Promise<Stamp | null> {
  const found = await latestBy(tombstones, 'pending', pendingIndex.name);
  return fromBinary(found?.['pending']);
}

function latestBy(collection: Collection, field: string, hint: string): Promise<Document | null> {
  const projection = { _id: 0, [field]: 1 };
  return collection.findOne({ [field]: ANY_ID }, { sort: { [field]: -1 }, hint, projection });
}
