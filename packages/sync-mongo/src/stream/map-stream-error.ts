import { SyncError } from '@bomba/sync-core';
import { codeOf, mapMongoError } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';

/** What Atlas' stream fails with. An event that is too large to be sent cannot be passed: it would end the stream again at the same place. */
export function mapStreamError(error: unknown): SyncError {
  if (codeOf(error) !== mongoCode.objectTooLarge) return mapMongoError(error, 'atlas');
  return new SyncError('SYNC_STREAM_HISTORY_LOST', 'An event is too large for the stream.', { cause: error });
}
