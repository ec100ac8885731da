import { type AnyBulkWriteOperation, type ClientSession, type Collection } from 'mongodb';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { type BulkOptions, type BulkOutcome, sendBulk } from '../side/bulk.js';
import { majority } from './atlas-context.js';

/** How long one document is waited for. */
const PATIENCE_MS = 2_000;
/** What a busy server may need for each more. */
const PATIENCE_PER_WRITE_MS = 5;

/** How so many writes go to Atlas: it may be about them for far less than a connection waits for an answer. */
export function atlasBulkOptions(session: ClientSession, writeCount: number): BulkOptions {
  const maxTimeMS = PATIENCE_MS + PATIENCE_PER_WRITE_MS * writeCount;
  return { side: 'atlas', writeConcern: majority, session, maxTimeMS };
}

/**
 * Sends an unordered bulk to Atlas. A server has a write wait for as long as somebody's transaction holds its document, and
 * with it all that come behind it in the bulk: without an end to that the whole connection would be lost. Throws
 * SYNC_WRITE_TRANSIENT where the time is up, after any part of it was done: every write must be one that may be repeated.
 */
export async function sendAtlasBulk(
  collection: Collection,
  operations: readonly AnyBulkWriteOperation[],
  session: ClientSession,
): Promise<BulkOutcome> {
  const outcome = await sendBulk(collection, operations, atlasBulkOptions(session, operations.length));
  // A router tells it of single writes, also of those that merely came behind.
  const late = outcome.failures.find(({ code }) => code === mongoCode.maxTimeMSExpired);
  if (late) throw mapMongoError(late, 'atlas');
  return outcome;
}
