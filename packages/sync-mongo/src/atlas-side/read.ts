import { type AtlasDocument, type AtlasTombstone, type DocumentKey, type Stamp } from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { fromBinary } from '../bson/stamp-binary.js';
import { type SplitDocument } from '../bson/split-document.js';
import { readAtlasDocument, readVersionMeta } from '../bson/sync-meta.js';
import { readByKeys, readWithin as readSome } from '../side/read-raw.js';
import { stateCollections } from '../state/state-collections.js';
import { type AtlasContext, causalRead } from './atlas-context.js';

/** Documents of Atlas with their versions. */
export async function readDocuments(
  { db, session }: AtlasContext,
  keys: readonly DocumentKey[],
): Promise<readonly (AtlasDocument | null)[]> {
  return readByKeys(db, keys, { options: { ...causalRead, session }, map: toAtlasDocument });
}

/** As {@link readDocuments}, as many as fit. */
export async function readWithin(
  { db, session }: AtlasContext,
  { entries, maxBytes }: { readonly entries: readonly DocumentKey[]; readonly maxBytes: number },
): Promise<readonly (AtlasDocument | null | 'later')[]> {
  return readSome(db, entries, { options: { ...causalRead, session }, map: toAtlasDocument, maxBytes });
}

function toAtlasDocument({ body, meta }: SplitDocument): AtlasDocument {
  return readAtlasDocument(body, meta);
}

/** Only the versions of documents. */
export async function readStamps(
  { db, session }: AtlasContext,
  keys: readonly DocumentKey[],
): Promise<readonly (Stamp | null)[]> {
  return readByKeys(db, keys, {
    options: { ...causalRead, session, projection: { '_syncMeta.stamp': 1 } },
    map: ({ meta }) => readVersionMeta(meta).stamp,
  });
}

/** The deletions that Atlas records. */
export async function readTombstones(
  { db, session }: AtlasContext,
  keys: readonly DocumentKey[],
): Promise<readonly (AtlasTombstone | null)[]> {
  const collection = db.collection<Document & { _id: string }>(stateCollections.tombstones);
  const found = await collection.find({ _id: { $in: [...keys] } }, { ...causalRead, session }).toArray();
  const byKey = new Map(
    found.map(({ _id, stamp, base, last }) => {
      const version = fromBinary(stamp);
      return [_id, version && { stamp: version, base: fromBinary(base), last: fromBinary(last) }];
    }),
  );
  return keys.map((key) => byKey.get(key) ?? null);
}
