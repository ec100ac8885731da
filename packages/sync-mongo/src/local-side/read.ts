import {
  type DocumentKey,
  isSpreadStamp,
  type LocalDocument,
  type LocalTombstone,
  SyncError,
} from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { fromBinary } from '../bson/stamp-binary.js';
import { readLocalDocument } from '../bson/sync-meta.js';
import { readByKeys } from '../side/read-raw.js';
import { stateCollections } from '../state/state-collections.js';
import { type LocalContext } from './local-context.js';
import { givePrivateIds } from './private-ids.js';

const MAX_ATTEMPTS = 3;

/** Documents of Local with their marks. Those whose id may stand for two writes of theirs get one of their own first. */
export async function readDocuments(
  context: LocalContext,
  keys: readonly DocumentKey[],
): Promise<readonly (LocalDocument | null)[]> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const found = await readByKeys(context.db, keys, {
      map: ({ body, meta }) => readLocalDocument(body, meta),
    });
    const spread = keys.flatMap((key, i) => {
      const { dirty = null, held = true } = found[i] ?? {};
      return dirty !== null && !held && isSpreadStamp(dirty) ? [{ key, dirty }] : [];
    });
    if (spread.length === 0) return found;
    await givePrivateIds(context, spread);
  }
  throw new SyncError('SYNC_WRITE_TRANSIENT', 'An aggregation keeps writing the documents to be read.');
}

/** What Local knows of deletions. */
export async function readTombstones(
  { db }: LocalContext,
  keys: readonly DocumentKey[],
): Promise<readonly (LocalTombstone | null)[]> {
  const collection = db.collection<Document & { _id: string }>(stateCollections.tombstones);
  const found = await collection.find({ _id: { $in: [...keys] } }).toArray();
  const byKey = new Map(found.map((tombstone) => [tombstone._id, readTombstone(tombstone)]));
  return keys.map((key) => byKey.get(key) ?? null);
}

function readTombstone({ stamp, over, floor, pending, base, last }: Document): LocalTombstone {
  return {
    stamp: fromBinary(stamp),
    over: fromBinary(over),
    floor: fromBinary(floor),
    pending: fromBinary(pending),
    base: fromBinary(base),
    last: fromBinary(last),
  };
}
