import { type DocumentKey } from '@bomba/sync-core';
import { type Collection, type Db, type Document, type FindOptions } from 'mongodb';
import { documentKeyOf } from '../bson/document-key.js';
import { type SplitDocument, splitDocument } from '../bson/split-document.js';
import { groupByCollection } from './group-by-collection.js';

/** Reads raw documents and takes them apart. */
export async function findSplit(
  collection: Collection,
  filter: Document,
  options: FindOptions = {},
): Promise<readonly SplitDocument[]> {
  const raw = (await collection.find(filter, { ...options, raw: true }).toArray()) as unknown as Uint8Array[];
  return raw.map(splitDocument);
}

/** The documents of these keys, in their order; null where there is none. */
export async function readByKeys<T>(
  db: Db,
  keys: readonly DocumentKey[],
  { options, map }: { readonly options?: FindOptions; readonly map: (document: SplitDocument) => T },
): Promise<readonly (T | null)[]> {
  const found = new Map<DocumentKey, T>();
  for (const [collection, group] of groupByCollection(keys, (key) => key)) {
    const ids = group.map(({ id }) => id);
    for (const document of await findSplit(db.collection(collection), { _id: { $in: ids } }, options)) {
      found.set(documentKeyOf(collection, document.id), map(document));
    }
  }
  return keys.map((key) => found.get(key) ?? null);
}
