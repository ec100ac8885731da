import {
  type DocumentKey,
  isSpreadStamp,
  type LocalDocument,
  type LocalMarks,
  type LocalTombstone,
  SyncError,
} from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { fromBinary } from '../bson/stamp-binary.js';
import { type SplitDocument } from '../bson/split-document.js';
import { readLocalDocument, readLocalMarks } from '../bson/sync-meta.js';
import { readByKeys, readWithin as readSome } from '../side/read-raw.js';
import { stateCollections } from '../state/state-collections.js';
import { type LocalContext } from './local-context.js';
import { givePrivateIds } from './private-ids.js';

const MAX_ATTEMPTS = 3;

/** Documents of Local with their marks. Those whose id may stand for two writes of theirs get one of their own first. */
export function readDocuments(
  context: LocalContext,
  keys: readonly DocumentKey[],
): Promise<readonly (LocalDocument | null)[]> {
  return withPrivateIds(context, keys, () => readByKeys(context.db, keys, { map: toLocalDocument }));
}

/** As {@link readDocuments}, as many as fit. */
export function readWithin(
  context: LocalContext,
  { entries, maxBytes, untouched = false }: LocalReading,
): Promise<readonly (LocalDocument | null | 'later')[]> {
  const read = (): Promise<readonly (LocalDocument | null | 'later')[]> =>
    readSome(context.db, entries, { map: toLocalDocument, maxBytes });
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
  context: LocalContext,
  keys: readonly DocumentKey[],
): Promise<readonly (LocalMarks | null)[]> {
  const options = { projection: { _syncMeta: 1 } };
  return withPrivateIds(context, keys, () =>
    readByKeys(context.db, keys, { options, map: ({ meta }) => readLocalMarks(meta) }),
  );
}

function toLocalDocument({ body, meta }: SplitDocument): LocalDocument {
  return readLocalDocument(body, meta);
}

async function withPrivateIds<Found extends LocalMarks | null | 'later'>(
  context: LocalContext,
  keys: readonly DocumentKey[],
  read: () => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const found = await read();
    const spread = keys.flatMap((key, i) => {
      const marks = found[i] ?? null;
      if (marks === null || marks === 'later' || marks.dirty === null || marks.held) return [];
      return isSpreadStamp(marks.dirty) ? [{ key, dirty: marks.dirty }] : [];
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
