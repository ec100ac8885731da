import { type DocumentKey, type LocalDocument, type LocalTombstone } from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { fromBinary } from '../bson/stamp-binary.js';
import { readLocalDocument } from '../bson/sync-meta.js';
import { readByKeys } from '../side/read-raw.js';
import { stateCollections } from '../state/state-collections.js';
import { type LocalContext } from './local-context.js';

/** Documents of Local with their marks. */
export async function readDocuments(
  { db }: LocalContext,
  keys: readonly DocumentKey[],
): Promise<readonly (LocalDocument | null)[]> {
  return readByKeys(db, keys, { map: ({ body, meta }) => readLocalDocument(body, meta) });
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
