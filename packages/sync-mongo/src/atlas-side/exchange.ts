import { collectionOf, isRefusal, type PushEntry, type Refusal, SyncError } from '@bomba/sync-core';
import { type ClientSession, type Document } from 'mongodb';
import { joinDocument } from '../bson/join-document.js';
import { documentIdOf } from '../bson/document-key.js';
import { toBinary } from '../bson/stamp-binary.js';
import { writeVersionMeta } from '../bson/sync-meta.js';
import { refusalOrThrow } from '../errors/refusal-of.js';
import { type Kept, keptFields } from '../fields/keep-excluded.js';
import { orRefusal } from '../side/prepare-writes.js';
import { type AtlasContext, majority } from './atlas-context.js';

/**
 * Stores versions of documents that want each other's unique values, all in one moment or none: a transaction takes the
 * documents away and puts their new versions in, as an index is checked at each single write. Nobody sees them gone.
 * False where one is no longer of the version named; the refusal where another document stands in the way.
 */
export async function exchange(
  context: AtlasContext,
  entries: readonly PushEntry[],
): Promise<boolean | Refusal> {
  const { session } = context;
  for (const { stamp } of entries) context.expectEcho?.(stamp);
  session.startTransaction({ writeConcern: majority });
  try {
    const keys = entries.map(({ key }) => key);
    const kept = await keptFields(context, keys, { options: { session } });
    for (const entry of entries) {
      if (!(await takeAway(context, entry, kept))) return await abort(session, false);
    }
    for (const entry of entries) {
      const refusal = await putIn(context, entry, kept);
      if (refusal) return await abort(session, refusal);
    }
    await session.commitTransaction();
    return true;
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
    throw error;
  }
}

async function abort<Result>(session: ClientSession, result: Result): Promise<Result> {
  await session.abortTransaction();
  return result;
}

async function takeAway(
  { db, session }: AtlasContext,
  { key, base }: PushEntry,
  kept: Kept,
): Promise<boolean> {
  if (base === null)
    throw new SyncError('SYNC_BUG', 'A document that Atlas does not have exchanges nothing.');
  const version = { '_syncMeta.dirty': null, '_syncMeta.stamp': toBinary(base) };
  const filter = { _id: documentIdOf(key), ...version, ...kept(key).condition };
  const { deletedCount } = await db.collection(collectionOf(key)).deleteOne(filter as Document, { session });
  return deletedCount === 1;
}

async function putIn({ db, session }: AtlasContext, entry: PushEntry, kept: Kept): Promise<Refusal | null> {
  const { key, stamp, body, digest, info, output = false } = entry;
  const meta = writeVersionMeta({ stamp, digest, info, output });
  const document = orRefusal(() => joinDocument(kept(key).around(body), meta));
  if (isRefusal(document)) return document;
  const options = { session, forceServerObjectId: true };
  try {
    await db.collection(collectionOf(key)).insertOne(document, options);
    return null;
  } catch (error) {
    return refusalOrThrow(error);
  }
}
