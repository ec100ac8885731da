import { type Body, type DocumentKey, type Stamp, SyncError } from '@bomba/sync-core';
import { type Collection, type Db, type Document } from 'mongodb';
import { vouchFor } from '../audit/vouched-writes.js';
import { documentPlaceOf } from '../bson/document-key.js';
import { joinDocument } from '../bson/join-document.js';
import { toBinary } from '../bson/stamp-binary.js';
import { withoutMarks } from '../bson/sync-meta.js';
import { codeOf } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { type ExcludedFields, excludedIn } from '../fields/excluded-fields.js';
import { forgetLeft, withLeft } from '../fields/left-fields.js';
import { onlyExcluded, withExcluded } from '../fields/take-out.js';
import { findSplit } from '../side/read-raw.js';

const MAX_TRIES = 10;

/** A document to write as an application would. */
export interface LocalWrite {
  readonly key: DocumentKey;
  readonly body: Body;
  /** The id of the write. */
  readonly dirty: Stamp;
}

/**
 * Writes a whole document to Local as a new local write: it builds on the version that Local has, and travels like any
 * other. Throws SYNC_WRITE_UNIQUE where another document of Local holds its unique value, SYNC_WRITE_TRANSIENT where others
 * keep writing the same document.
 */
export function writeLocally(place: WritePlace, write: LocalWrite): Promise<void> {
  return vouchFor(() => tryToWrite(place, write));
}

/** Where it is written; `excluded`: fields that stay as the document there has them. */
export interface WritePlace {
  readonly db: Db;
  readonly excluded?: ExcludedFields | undefined;
}

async function tryToWrite(place: WritePlace, { key, body, dirty }: LocalWrite): Promise<void> {
  const { db } = place;
  const { collection, id } = documentPlaceOf(key);
  const set = excludedIn(place, collection);
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const [found] = await findSplit(db.collection(collection), { _id: id });
    if (!found) {
      const document = joinDocument(await withLeft(place, { key, body }), { dirty: toBinary(dirty) });
      if (await insertIfAbsent(db.collection(collection), id, document)) return forgetLeft(db, [key]);
      continue;
    }
    const kept = withoutMarks(found.meta ?? {});
    const seen = (found.meta?.['dirty'] ?? null) as unknown;
    const content = withExcluded(body, onlyExcluded(found.body, set), set);
    const replacement = joinDocument(content, { ...kept, dirty: toBinary(dirty) });
    const filter = {
      _id: id,
      '_syncMeta.dirty': seen,
      '_syncMeta.stamp': (kept['stamp'] ?? null) as unknown,
    };
    if (await replaceIfSame(db.collection(collection), filter, replacement)) return;
  }
  throw new SyncError('SYNC_WRITE_TRANSIENT', 'The document is being written all the while; try again.');
}

async function replaceIfSame(
  collection: Collection,
  filter: Document,
  replacement: Document,
): Promise<boolean> {
  try {
    return (await collection.replaceOne(filter, replacement)).matchedCount === 1;
  } catch (error) {
    throw codeOf(error) === mongoCode.duplicateKey ? uniqueError(error) : error;
  }
}

function uniqueError(cause: unknown): SyncError {
  return new SyncError('SYNC_WRITE_UNIQUE', 'Another document of Local holds the same unique value.', {
    cause,
  });
}

/** False where somebody inserted it in between: look again. */
async function insertIfAbsent(collection: Collection, id: unknown, document: Document): Promise<boolean> {
  try {
    await collection.insertOne(document, { forceServerObjectId: true });
    return true;
  } catch (error) {
    if (codeOf(error) !== mongoCode.duplicateKey) throw error;
    const there = await collection.countDocuments({ _id: id } as Document, { limit: 1 });
    if (there > 0) return false;
    throw uniqueError(error);
  }
}
