import { type ScannedState, type StatePage, type StateScan } from '@bomba/sync-core';
import { type Db, type FindOptions } from 'mongodb';
import { setNameOf } from '../bson/body-digest.js';
import { documentIdOf, documentKeyOf } from '../bson/document-key.js';
import { InexactId } from '../bson/inexact-id.js';
import { type SplitDocument, splitDocument } from '../bson/split-document.js';
import { hasLocalMarks, readVersionMeta } from '../bson/sync-meta.js';
import { type ExcludedFields, excludedIn } from '../fields/excluded-fields.js';
import { type ExclusionSet } from '../fields/exclusion-set.js';
import { withoutExcluded } from '../fields/take-out.js';
import { afterId } from './after-id.js';
import { eachWhile } from './read-raw.js';

/** The side that is read. */
export interface ScannedSide {
  readonly db: Db;
  readonly excluded?: ExcludedFields;
}

/** A page of a collection's states, in `_id` order; `options`: how this side is read. */
export async function scanStates(
  side: ScannedSide,
  scan: StateScan,
  options: Pick<FindOptions, 'session' | 'readConcern' | 'readPreference'> = {},
): Promise<StatePage> {
  for (let { limit } = scan; ; limit *= 2) {
    const page = await readPage(side, { ...scan, limit }, options);
    // The next page begins behind a key, so there has to be one.
    if (page.states.length > 0 || page.isEnd) return page;
  }
}

async function readPage(
  side: ScannedSide,
  { collection, after, limit, maxBytes }: StateScan,
  options: FindOptions,
): Promise<StatePage> {
  const filter = after === null ? {} : afterId(documentIdOf(after));
  const page = { sort: { _id: 1 }, limit, batchSize: limit, raw: true } as const;
  const place = { collection, set: excludedIn(side, collection) };
  const states: ScannedState[] = [];
  let readCount = 0;
  let byteCount = 0;
  const cursor = side.db.collection(collection).find(filter, { ...options, ...page });
  const isFull = await eachWhile(cursor, (raw) => {
    const document = splitDocument(raw);
    readCount++;
    byteCount += raw.length;
    if (document.id instanceof InexactId) return true;
    states.push(toScannedState(place, document));
    return byteCount < maxBytes;
  });
  return { states, isEnd: !isFull && readCount < limit };
}

function toScannedState(
  { collection, set }: { readonly collection: string; readonly set: ExclusionSet },
  { id, body, meta }: SplitDocument,
): ScannedState {
  const { stamp, digest } = readVersionMeta(meta);
  return {
    key: documentKeyOf(collection, id),
    stamp,
    digest,
    isPlain: !hasLocalMarks(meta) && (digest === null || setNameOf(digest) === set.name),
    body: withoutExcluded(body, set),
  };
}
