import { type DocumentKey } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { documentIdOf, documentKeyOf } from '../bson/document-key.js';
import { InexactId } from '../bson/inexact-id.js';
import { afterId } from './after-id.js';
import { findSplit } from './read-raw.js';

/** Which page of a collection to read. */
export interface KeyPage {
  readonly collection: string;
  readonly after: DocumentKey | null;
  readonly limit: number;
}

/** A page of a collection's keys, in `_id` order; those that cannot be named first, so that the next page can begin. */
export async function scanKeys(
  db: Db,
  { collection, after, limit }: KeyPage,
): Promise<readonly DocumentKey[]> {
  const filter = after === null ? {} : afterId(documentIdOf(after));
  const options = { sort: { _id: 1 }, projection: { _id: 1 }, limit } as const;
  const found = await findSplit(db.collection(collection), filter, options);
  const inexact = found.filter(({ id }) => id instanceof InexactId);
  const exact = found.filter(({ id }) => !(id instanceof InexactId));
  return [...inexact, ...exact].map(({ id }) => documentKeyOf(collection, id));
}
