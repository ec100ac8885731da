import { type SyncError, type SyncErrorCode } from '@bomba/sync-core';

const statusCodes: Readonly<Partial<Record<SyncErrorCode, number>>> = {
  SYNC_API_REQUEST_INVALID: 400,
  SYNC_CONFIG_INVALID: 400,
  SYNC_API_UNAUTHENTICATED: 401,
  SYNC_API_FORBIDDEN: 403,
  SYNC_NOT_FOUND: 404,
  SYNC_API_METHOD_NOT_ALLOWED: 405,
  SYNC_STATE_NOT_STARTED: 409,
  SYNC_STATE_DISABLED: 409,
  SYNC_STATE_COLLECTION_REFUSED: 409,
  SYNC_STATE_PAUSED_WIDER: 409,
  SYNC_FULL_RUNNING: 409,
  SYNC_FULL_FUSE: 409,
  SYNC_WRITE_UNIQUE: 409,
  SYNC_API_BODY_TOO_LARGE: 413,
  SYNC_API_MEDIA_TYPE: 415,
  SYNC_WRITE_VALIDATION: 422,
  SYNC_WRITE_TOO_LARGE: 422,
  SYNC_WRITE_NAME_REFUSED: 422,
  SYNC_WRITE_NOT_EXACT: 422,
  SYNC_WRITE_REFUSED: 422,
  SYNC_API_TOO_MANY_STREAMS: 503,
  SYNC_TIMEOUT: 504,
};

/** The HTTP status of an error; one that is not listed is 503 where trying again can help, else 500. */
export function statusCodeOf({ code, retryable }: SyncError): number {
  return statusCodes[code] ?? (retryable ? 503 : 500);
}
