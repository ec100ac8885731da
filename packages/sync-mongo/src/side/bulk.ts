import { type Side, SyncError } from '@bomba/sync-core';
import {
  type AnyBulkWriteOperation,
  type ClientSession,
  type Collection,
  MongoBulkWriteError,
  type WriteConcern,
  type WriteError,
} from 'mongodb';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { type WriteFailure } from '../errors/refusal-of.js';

/** One failed write of a bulk, by its index. */
export interface IndexedFailure extends WriteFailure {
  readonly index: number;
}

/** How an unordered bulk ended. */
export interface BulkOutcome {
  readonly matchedCount: number;
  readonly insertedCount: number;
  readonly deletedCount: number;
  readonly failures: readonly IndexedFailure[];
}

/** How a bulk is sent. */
export interface BulkOptions {
  readonly side: Side;
  readonly writeConcern?: WriteConcern;
  readonly session?: ClientSession;
}

/** Sends an unordered bulk; failures of single writes are values, anything else is thrown as a SyncError. */
export async function sendBulk(
  collection: Collection,
  operations: readonly AnyBulkWriteOperation[],
  { side, writeConcern, session }: BulkOptions,
): Promise<BulkOutcome> {
  try {
    const options = {
      ordered: false,
      forceServerObjectId: true,
      ...(writeConcern && { writeConcern }),
      ...(session && { session }),
    };
    const { matchedCount, insertedCount, deletedCount } = await collection.bulkWrite(
      [...operations],
      options,
    );
    return { matchedCount, insertedCount, deletedCount, failures: [] };
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw mapMongoError(error, side);
    if (error.result.getWriteConcernError()) {
      throw new SyncError('SYNC_WRITE_UNCERTAIN', 'A write was done, but is not yet confirmed.', {
        cause: error,
      });
    }
    const { matchedCount, insertedCount, deletedCount } = error.result;
    return { matchedCount, insertedCount, deletedCount, failures: failuresOf(error) };
  }
}

const MAX_UPSERT_TRIES = 3;

/**
 * Sends upserts until each is done: two that insert the same document at once collide, and the loser then finds it
 * (MongoDB manual, Upsert with Unique Index).
 */
export async function sendUpserts(
  collection: Collection,
  operations: readonly AnyBulkWriteOperation[],
  options: BulkOptions,
): Promise<void> {
  let open = operations;
  for (let attempt = 0; open.length > 0; attempt++) {
    if (attempt === MAX_UPSERT_TRIES)
      throw new SyncError('SYNC_WRITE_TRANSIENT', 'Concurrent upserts keep colliding.');
    const { failures } = await sendBulk(collection, open, options);
    const other = failures.find(({ code }) => code !== mongoCode.duplicateKey);
    if (other) throw new SyncError('SYNC_WRITE_TRANSIENT', `An upsert failed (code ${other.code}).`);
    const failed = new Set(failures.map(({ index }) => index));
    open = open.filter((_, index) => failed.has(index));
  }
}

function failuresOf(error: MongoBulkWriteError): readonly IndexedFailure[] {
  const failures: readonly WriteError[] = [error.writeErrors].flat();
  return failures.map(({ index, code, err }) => {
    const keyValue = (err as { readonly keyValue?: Readonly<Record<string, unknown>> } | undefined)?.keyValue;
    return { index, code, ...(keyValue && { keyValue }) };
  });
}
