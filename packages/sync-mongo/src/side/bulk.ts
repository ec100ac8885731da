import { type Side, SyncError } from '@bomba/sync-core';
import {
  type AnyBulkWriteOperation,
  type ClientSession,
  type Collection,
  MongoBulkWriteError,
  MongoInvalidArgumentError,
  type WriteConcern,
  type WriteError,
} from 'mongodb';
import { isLabelledTransient, mapMongoError } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { type WriteFailure } from '../errors/refusal-of.js';
import { oversized } from './oversized.js';

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
  /** How long the server may be about it, in ms. Default: as long as it takes. */
  readonly maxTimeMS?: number;
}

/** Sends an unordered bulk; failures of single writes are values, anything else is thrown as a SyncError. */
export async function sendBulk(
  collection: Collection,
  operations: readonly AnyBulkWriteOperation[],
  options: BulkOptions,
): Promise<BulkOutcome> {
  const { side, writeConcern, session, maxTimeMS } = options;
  try {
    const bulkOptions = {
      ordered: false,
      forceServerObjectId: true,
      ...(writeConcern && { writeConcern }),
      ...(session && { session }),
      ...(maxTimeMS !== undefined && { maxTimeMS }),
    };
    const { matchedCount, insertedCount, deletedCount } = await collection.bulkWrite(
      [...operations],
      bulkOptions,
    );
    return { matchedCount, insertedCount, deletedCount, failures: [] };
  } catch (error) {
    if (error instanceof MongoInvalidArgumentError)
      return sendWithoutOversized(collection, operations, { options, error });
    if (!(error instanceof MongoBulkWriteError)) throw mapMongoError(error, side);
    const unconfirmed = error.result.getWriteConcernError();
    if (unconfirmed) {
      throw new SyncError('SYNC_WRITE_UNCERTAIN', 'A write was done, but is not yet confirmed.', {
        cause: error,
        context: { side, serverCode: unconfirmed.code ?? null },
      });
    }
    const failures = failuresOf(error);
    // The driver wraps whatever ends a batch, a broken connection too: only failed writes are an outcome.
    if (failures.length === 0) throw mapMongoError(causeOf(error), side);
    // That is no word about a document: the next one would fare no better.
    const full = failures.find(({ code }) => code === mongoCode.outOfDiskSpace);
    if (full) throw mapMongoError(full, side);
    const { matchedCount, insertedCount, deletedCount } = error.result;
    return { matchedCount, insertedCount, deletedCount, failures };
  }
}

/** What ended the bulk as a whole: an error that the driver has wrapped, or an answer of the server, whose code and labels it took over. */
function causeOf(error: MongoBulkWriteError): Error {
  const { errorResponse } = error as { readonly errorResponse: unknown };
  return errorResponse instanceof Error ? errorResponse : error;
}

/** The driver refuses a bulk whole, before anything is sent, where one of its documents is too large. */
async function sendWithoutOversized(
  collection: Collection,
  operations: readonly AnyBulkWriteOperation[],
  { options, error }: { readonly options: BulkOptions; readonly error: MongoInvalidArgumentError },
): Promise<BulkOutcome> {
  const tooLarge = oversized(operations);
  if (tooLarge.size === 0) throw mapMongoError(error, options.side);
  const refused = [...tooLarge].map((index) => ({ index, code: mongoCode.objectTooLarge }));
  const rest = [...operations.keys()].filter((index) => !tooLarge.has(index));
  if (rest.length === 0) return { ...NOTHING_DONE, failures: refused };
  const sent = rest.flatMap((index) => operations[index] ?? []);
  const outcome = await sendBulk(collection, sent, options);
  const failures = outcome.failures.map((failure) => ({
    ...failure,
    index: rest[failure.index] ?? failure.index,
  }));
  return { ...outcome, failures: [...refused, ...failures] };
}

const NOTHING_DONE = { matchedCount: 0, insertedCount: 0, deletedCount: 0 } as const;

function failuresOf(error: MongoBulkWriteError): readonly IndexedFailure[] {
  const failures: readonly WriteError[] = [error.writeErrors].flat();
  const isTransient = isLabelledTransient(error);
  return failures.map(({ index, code, err }) => {
    const said = err as Pick<WriteFailure, 'keyValue' | 'keyPattern'> | undefined;
    const { keyValue, keyPattern } = said ?? {};
    const failure = { index, code, ...(isTransient && { isTransient }) };
    return { ...failure, ...(keyValue && { keyValue }), ...(keyPattern && { keyPattern }) };
  });
}
