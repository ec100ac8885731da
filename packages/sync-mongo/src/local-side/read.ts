import {
  type DocumentKey,
  isSpreadStamp,
  type LocalDocument,
  type LocalMarks,
  type LocalTombstone,
  type Stamp,
} from '@bomba/sync-core';
import { type Document, type Filter } from 'mongodb';
import { fromBinary } from '../bson/stamp-binary.js';
import { type SplitDocument } from '../bson/split-document.js';
import { readLocalDocument, readLocalMarks } from '../bson/sync-meta.js';
import { excludedIn } from '../fields/excluded-fields.js';
import { keysOfCollection, type TombstoneScan } from '../side/keys-of-collection.js';
import { readByKeys, readWithin as readSome } from '../side/read-raw.js';
import { stateCollections } from '../state/state-collections.js';
import { type LocalContext, type LockingContext } from './local-context.js';
import { givePrivateIds } from './private-ids.js';

const MAX_ATTEMPTS = 3;

/** Documents of Local with their marks. Those whose id may stand for two writes of theirs get one of their own first; where that cannot be done they are `contended`. */
export function readDocuments(
  context: LockingContext,
  keys: readonly DocumentKey[],
): Promise<readonly (LocalDocument | null)[]> {
  return withPrivateIds(context, keys, () => readByKeys(context.db, keys, { map: localDocumentIn(context) }));
}

/** As {@link readDocuments}, as many as fit. */
export function readWithin(
  context: LockingContext,
  { entries, maxBytes, untouched = false }: LocalReading,
): Promise<readonly (LocalDocument | null | 'later')[]> {
  const read = (): Promise<readonly (LocalDocument | null | 'later')[]> =>
    readSome(context.db, entries, { map: localDocumentIn(context), maxBytes });
  return untouched ? read() : withPrivateIds(context, entries, read);
}

interface LocalReading {
  readonly entries: readonly DocumentKey[];
  readonly maxBytes: number;
  /** Documents whose id may stand for two writes stay as they are. */
  readonly untouched?: boolean;
}

/** Only the marks, of documents of any size; ids as {@link readDocuments} gives them. */
export function readMarks(
  context: LockingContext,
  keys: readonly DocumentKey[],
): Promise<readonly (LocalMarks | null)[]> {
  const options = { projection: { _syncMeta: 1 } };
  return withPrivateIds(context, keys, () =>
    readByKeys(context.db, keys, { options, map: ({ meta }) => readLocalMarks(meta) }),
  );
}

function localDocumentIn(
  context: LocalContext,
): (document: SplitDocument, collection: string) => LocalDocument {
  return ({ body, meta }, collection) => readLocalDocument(body, meta, excludedIn(context, collection));
}

async function withPrivateIds<Found extends LocalMarks | null | 'later'>(
  context: LockingContext,
  keys: readonly DocumentKey[],
  read: () => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  const contended = new Set<DocumentKey>();
  for (let attempt = 1; ; attempt++) {
    const found = await read();
    const spread = keys.flatMap((key, i) => {
      const dirty = spreadId(found[i]);
      return dirty && !contended.has(key) ? [{ key, dirty }] : [];
    });
    if (spread.length === 0 || attempt === MAX_ATTEMPTS) return found.map(markIfSpread);
    for (const key of await givePrivateIds(context, spread)) contended.add(key);
  }
}

/** The id of a write that may not be the only one of the document under it. */
function spreadId(found: LocalMarks | null | undefined | 'later'): Stamp | null {
  if (!found || found === 'later' || found.dirty === null || found.held) return null;
  return isSpreadStamp(found.dirty) ? found.dirty : null;
}

/** A transaction holds it, or an aggregation keeps writing it. */
function markIfSpread<Found extends LocalMarks | null | 'later'>(found: Found): Found {
  return spreadId(found) ? Object.assign({}, found, { contended: true }) : found;
}

/** What Local knows of deletions. */
export async function readTombstones(
  context: LocalContext,
  keys: readonly DocumentKey[],
): Promise<readonly (LocalTombstone | null)[]> {
  const byKey = await findTombstones(context, { _id: { $in: [...keys] } });
  return keys.map((key) => byKey.get(key) ?? null);
}

/** All of one collection; null where there are more than that. */
export async function scanTombstones(
  context: LocalContext,
  { collection, limit }: TombstoneScan,
): Promise<ReadonlyMap<DocumentKey, LocalTombstone> | null> {
  const found = await findTombstones(context, { _id: keysOfCollection(collection) }, limit + 1);
  return found.size > limit ? null : found;
}

async function findTombstones(
  { db }: LocalContext,
  filter: Filter<TombstoneDocument>,
  limit = 0,
): Promise<ReadonlyMap<DocumentKey, LocalTombstone>> {
  const collection = db.collection<TombstoneDocument>(stateCollections.tombstones);
  const found = await collection.find(filter, { limit, projection: { left: 0 } }).toArray();
  return new Map(found.map((tombstone) => [tombstone._id, readTombstone(tombstone)]));
}

type TombstoneDocument = Document & { readonly _id: DocumentKey };

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
