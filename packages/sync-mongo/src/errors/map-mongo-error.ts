import { isSyncError, type Side, SyncError } from '@bomba/sync-core';
import {
  MongoClientClosedError,
  MongoError,
  MongoErrorLabel,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import {
  authCodes,
  historyLostCodes,
  mongoCode,
  transientCodes,
  transientLabels,
} from './mongo-error-codes.js';

const sideNames = { local: 'Local', atlas: 'Atlas' } as const;

/**
 * The only place where an error of the driver becomes a SyncError: by class, code and label, never by message. What is
 * not known counts as transient, so that it is tried again and seen.
 */
export function mapMongoError(error: unknown, side: Side): SyncError {
  if (isSyncError(error)) return error;
  const name = sideNames[side];
  const options = { cause: error, context: { side, serverCode: codeOf(error), errorName: nameOf(error) } };
  if (isConnectionError(error))
    return new SyncError('SYNC_CONN_UNREACHABLE', `${name} did not answer.`, options);
  const code = codeOf(error);
  if (code === mongoCode.changeStreamNeedsReplicaSet) {
    return new SyncError('SYNC_CONN_NOT_REPLICA_SET', `${name} is not a replica set.`, options);
  }
  if (code === mongoCode.atlasError && !isOfHandshake(error)) {
    const message = `${name} refused it: for a limit or quota of the cluster, for its tier, or for a right (code ${code}).`;
    return new SyncError('SYNC_ATLAS_REFUSED', message, options);
  }
  if (code !== null && authCodes.has(code)) {
    return new SyncError('SYNC_CONN_AUTH', `${name} refused the credentials, or they lack a right.`, options);
  }
  if (code !== null && historyLostCodes.has(code)) {
    return new SyncError(
      'SYNC_STREAM_HISTORY_LOST',
      `${name} no longer has the changes since the position.`,
      options,
    );
  }
  if (code === mongoCode.outOfDiskSpace)
    return new SyncError('SYNC_WRITE_NO_SPACE', `${name} has no disk space left.`, options);
  if ((code !== null && transientCodes.has(code)) || isLabelledTransient(error)) {
    return new SyncError(
      'SYNC_WRITE_TRANSIENT',
      `${name} could not do it at this moment (code ${code ?? 'none'}).`,
      options,
    );
  }
  return new SyncError(
    'SYNC_WRITE_UNCERTAIN',
    `${name} failed unexpectedly (code ${code ?? 'none'}).`,
    options,
  );
}

/** Whether it ended the greeting of a connection, in which nothing but the credentials is shown. */
function isOfHandshake(error: unknown): boolean {
  return error instanceof MongoError && error.hasErrorLabel(MongoErrorLabel.HandshakeError);
}

/** Whether a server says by a label that the same request may do later. */
export function isLabelledTransient(error: unknown): boolean {
  return error instanceof MongoError && transientLabels.some((label) => error.hasErrorLabel(label));
}

/** The class of an error: it tells a reader of the log more than a missing code. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** The server's code of an error; null where it has none. */
export function codeOf(error: unknown): number | null {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'number' ? code : null;
}

/** Codes of sockets: driver 7.8 lets a reset through as Node's own error. */
const socketCodes: ReadonlySet<unknown> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

function isConnectionError(error: unknown): boolean {
  return (
    socketCodes.has((error as { readonly code?: unknown } | null)?.code) ||
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNotConnectedError ||
    error instanceof MongoClientClosedError ||
    error instanceof MongoTopologyClosedError ||
    (error instanceof MongoError &&
      error.hasErrorLabel('ResumableChangeStreamError') &&
      codeOf(error) === null)
  );
}

/** What this work rejects with names the side that it talks to. */
export async function failingAs<Result>(side: Side, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw mapMongoError(error, side);
  }
}
