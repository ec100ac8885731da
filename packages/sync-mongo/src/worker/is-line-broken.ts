import { mapMongoError } from '../errors/map-mongo-error.js';

/** Whether work over a connection failed because the connection broke, and not because somebody ended it on purpose. */
export function isLineBroken(error: unknown, signal: AbortSignal): boolean {
  // Whichever of its users meets it first ends the others.
  const cause: unknown = signal.aborted ? signal.reason : error;
  return mapMongoError(cause, 'atlas').code === 'SYNC_CONN_UNREACHABLE';
}
