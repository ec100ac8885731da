import { type DocumentKey } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { documentIdOf, documentKeyOf } from '../bson/document-key.js';
import { InexactId } from '../bson/inexact-id.js';
import { afterId, orderedById } from './after-id.js';
import { findSplit } from './read-raw.js';

/** Which page of a collection to read. */
export interface KeyPage {
  readonly collection: string;
  readonly after: DocumentKey | null;
  readonly limit: number;
}

/** A page of a collection's keys, in `_id` order, without those that no filter can name. */
export async function scanKeys(
  db: Db,
  { collection, after, limit }: KeyPage,
): Promise<readonly DocumentKey[]> {
  const filter = after === null ? {} : afterId(documentIdOf(after));
  const order = await orderedById(db, collection);
  for (let count = limit; ; count *= 2) {
    const options = { ...order, projection: { _id: 1 }, limit: count } as const;
    const found = await findSplit(db.collection(collection), filter, options);
    const exact = found.filter(({ id }) => !(id instanceof InexactId));
    if (exact.length >= limit || found.length < count)
      return exact.slice(0, limit).map(({ id }) => documentKeyOf(collection, id));
  }
}
