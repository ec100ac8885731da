import { collectionOf, type DocumentKey } from '@bomba/sync-core';
import { type Collection, type Db, type Document, type FindCursor, type FindOptions } from 'mongodb';
import { documentKeyOf } from '../bson/document-key.js';
import { type SplitDocument, splitDocument } from '../bson/split-document.js';
import { groupByCollection } from './group-by-collection.js';

/** Reads raw documents and takes them apart. */
export async function findSplit(
  collection: Collection,
  filter: Document,
  options: FindOptions = {},
): Promise<readonly SplitDocument[]> {
  // A page is to come in one answer: a server's first is short where nothing is said.
  const page = options.limit === undefined ? {} : { batchSize: options.limit };
  const cursor = collection.find(filter, { ...page, ...options, raw: true });
  const raw = (await cursor.toArray()) as unknown as Uint8Array[];
  return raw.map(splitDocument);
}

/** How documents are read by their keys, and what becomes of each. */
export interface KeyReading<T> {
  readonly options?: FindOptions;
  readonly map: (document: SplitDocument, collection: string) => T;
}

/** The documents of these keys, in their order; null where there is none. */
export async function readByKeys<T>(
  db: Db,
  keys: readonly DocumentKey[],
  reading: KeyReading<T>,
): Promise<readonly (T | null)[]> {
  const found = await readWithin(db, keys, { ...reading, maxBytes: Infinity });
  return found.map((document) => (document === 'later' ? null : document));
}

/** As {@link readByKeys}, until `maxBytes` are read; at least one document. What was not read is for later. */
export async function readWithin<T>(
  db: Db,
  keys: readonly DocumentKey[],
  { options = {}, map, maxBytes }: KeyReading<T> & { readonly maxBytes: number },
): Promise<readonly (T | null | 'later')[]> {
  const found = new Map<DocumentKey, T>();
  const complete = new Set<string>();
  let byteCount = 0;
  for (const [collection, group] of groupByCollection(keys, (key) => key)) {
    if (byteCount >= maxBytes) break;
    const filter = { _id: { $in: group.map(({ id }) => id) } };
    // One more than there can be: the server then need not be asked whether that was all.
    const batchSize = group.length + 1;
    const cursor = db.collection(collection).find(filter as Document, { batchSize, ...options, raw: true });
    const isFull = await eachWhile(cursor, (raw) => {
      const document = splitDocument(raw);
      found.set(documentKeyOf(collection, document.id), map(document, collection));
      byteCount += raw.length;
      return byteCount < maxBytes;
    });
    if (!isFull) complete.add(collection);
  }
  return keys.map((key) => found.get(key) ?? (complete.has(collectionOf(key)) ? null : 'later'));
}

/** Hands raw documents on as long as `take` answers true; true where it stopped before the last. */
async function eachWhile(cursor: FindCursor, take: (raw: Uint8Array) => boolean): Promise<boolean> {
  try {
    while (await cursor.hasNext()) {
      for (const raw of cursor.readBufferedDocuments() as unknown as Uint8Array[]) {
        if (!take(raw)) return true;
      }
    }
    return false;
  } finally {
    await cursor.close();
  }
}
