import { type Stamp } from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Binary, type Db, type Document } from 'mongodb';
import { fromBinary } from '../bson/stamp-binary.js';
import { greaterOf } from '../side/greater-of.js';
import { storeUpserts } from '../side/store-upserts.js';
import { stateCollections } from '../state/state-collections.js';
import { durable, type LocalContext } from './local-context.js';

interface IdsDocument {
  readonly _id: 'ids';
  /** The latest id that has left the indexes. */
  readonly latest: Binary;
}

/** The write that notes an id, where no later one is. */
export function latestIdUpsert(id: Stamp): AnyBulkWriteOperation {
  const update = [{ $set: { latest: greaterOf('$latest', id) } }];
  return { updateOne: { filter: { _id: 'ids' } as Document, update, upsert: true } };
}

/**
 * Notes, durably, that later processes are to issue ids above this one. It is one that Atlas' clock allows: those beyond
 * are put right before anything else becomes of them.
 */
export async function noteLatestId({ db }: Pick<LocalContext, 'db'>, id: Stamp): Promise<undefined> {
  const metadata = db.collection(stateCollections.metadata);
  await storeUpserts(metadata, [latestIdUpsert(id)], { side: 'local', writeConcern: durable });
  return undefined;
}

/** The latest id that was noted; null where none was. */
export async function readLatestId(db: Db): Promise<Stamp | null> {
  const noted = await db.collection<IdsDocument>(stateCollections.metadata).findOne({ _id: 'ids' });
  return fromBinary(noted?.latest);
}
