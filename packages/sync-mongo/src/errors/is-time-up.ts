import { isSyncError } from '@bomba/sync-core';
import { mongoCode } from './mongo-error-codes.js';

/** Whether a server ended a request as its time (`maxTimeMS`) was up: a transaction may hold one of its documents. */
export function isTimeUp(error: unknown): boolean {
  return isSyncError(error) && error.context['serverCode'] === mongoCode.maxTimeMSExpired;
}
