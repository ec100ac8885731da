import { type SyncError } from '@bomba/sync-core';
import { isAborted } from '../engine/is-aborted.js';
import { mapMongoError } from '../errors/map-mongo-error.js';

/** Why something failed on Atlas; throws where the connection is at its end, for whatever else is done over it fails as well. */
export function failureUnlessBroken(error: unknown, signal: AbortSignal): SyncError {
  const failure = mapMongoError(error, 'atlas');
  if (isAborted(signal) || failure.code === 'SYNC_CONN_UNREACHABLE') throw failure;
  return failure;
}
