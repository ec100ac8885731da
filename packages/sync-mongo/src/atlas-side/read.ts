import { type AtlasDocument, type AtlasTombstone, type DocumentKey, type Stamp } from '@bomba/sync-core';
import { type Document, type Filter } from 'mongodb';
import { excludedIn } from '../fields/excluded-fields.js';
import { fromBinary } from '../bson/stamp-binary.js';
import { type SplitDocument } from '../bson/split-document.js';
import { readAtlasDocument, readVersionMeta } from '../bson/sync-meta.js';
import { keysOfCollection, type TombstoneScan } from '../side/keys-of-collection.js';
import { readByKeys, readWithin as readSome } from '../side/read-raw.js';
import { stateCollections } from '../state/state-collections.js';
import { type AtlasContext, causalRead } from './atlas-context.js';

/** Documents of Atlas with their versions. */
export async function readDocuments(
  context: AtlasContext,
  keys: readonly DocumentKey[],
): Promise<readonly (AtlasDocument | null)[]> {
  const { db, session } = context;
  return readByKeys(db, keys, { options: { ...causalRead, session }, map: atlasDocumentIn(context) });
}

/** As {@link readDocuments}, as many as fit. */
export async function readWithin(
  context: AtlasContext,
  { entries, maxBytes }: { readonly entries: readonly DocumentKey[]; readonly maxBytes: number },
): Promise<readonly (AtlasDocument | null | 'later')[]> {
  const { db, session } = context;
  const options = { ...causalRead, session };
  return readSome(db, entries, { options, map: atlasDocumentIn(context), maxBytes });
}

function atlasDocumentIn(
  context: AtlasContext,
): (document: SplitDocument, collection: string) => AtlasDocument {
  return ({ body, meta }, collection) => readAtlasDocument(body, meta, excludedIn(context, collection));
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
  context: AtlasContext,
  keys: readonly DocumentKey[],
): Promise<readonly (AtlasTombstone | null)[]> {
  const byKey = await findTombstones(context, { _id: { $in: [...keys] } });
  return keys.map((key) => byKey.get(key) ?? null);
}

/** All of one collection; null where there are more than that. */
export async function scanTombstones(
  context: AtlasContext,
  { collection, limit }: TombstoneScan,
): Promise<ReadonlyMap<DocumentKey, AtlasTombstone> | null> {
  const found = await findTombstones(context, { _id: keysOfCollection(collection) }, limit + 1);
  if (found.size > limit) return null;
  return new Map([...found].flatMap(([key, tombstone]) => (tombstone ? [[key, tombstone]] : [])));
}

async function findTombstones(
  { db, session }: AtlasContext,
  filter: Filter<TombstoneDocument>,
  limit = 0,
): Promise<ReadonlyMap<DocumentKey, AtlasTombstone | null>> {
  const collection = db.collection<TombstoneDocument>(stateCollections.tombstones);
  const found = await collection.find(filter, { ...causalRead, session, limit }).toArray();
  return new Map(
    found.map(({ _id, stamp, base, last }) => {
      const version = fromBinary(stamp);
      return [_id, version && { stamp: version, base: fromBinary(base), last: fromBinary(last) }];
    }),
  );
}

type TombstoneDocument = Document & { readonly _id: DocumentKey };
