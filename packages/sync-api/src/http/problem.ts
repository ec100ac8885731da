import { STATUS_CODES } from 'node:http';
import { isSyncError, SyncError } from '@bomba/sync-core';
import { type InvalidValue, RequestRefusal } from './request-refusal.js';
import { statusCodeOf } from './status-code.js';

/** Why a request failed, as RFC 9457 has it, with the code and remedy of bomba-sync. @public */
export interface Problem {
  /** Always `about:blank`: `code` names the kind of problem. */
  readonly type: 'about:blank';
  /** The standard phrase of the status. */
  readonly title: string;
  readonly status: number;
  /** One sentence about this case. */
  readonly detail: string;
  /** One of the error codes of sync-core. */
  readonly code: string;
  readonly retryable: boolean;
  /** What the reader can do. */
  readonly remedy: string;
  /** Every value that is wrong, where that is the reason. */
  readonly errors?: readonly InvalidValue[];
}

/** Describes an error; only errors of bomba-sync tell their message, and none its cause or stack. */
export function toProblem(error: SyncError): Problem {
  const status = statusCodeOf(error);
  const problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
    retryable: error.retryable,
    remedy: error.remedy,
  } as const;
  return error instanceof RequestRefusal && error.errors.length > 0
    ? { ...problem, errors: error.errors }
    : problem;
}

/** Makes an error of bomba-sync of anything thrown. What Express could not read is the caller's, the rest a bug. */
export function toSyncError(thrown: unknown): SyncError {
  if (isSyncError(thrown)) return thrown;
  switch (statusOf(thrown)) {
    case 400:
      return new RequestRefusal(
        'SYNC_API_REQUEST_INVALID',
        'The request is not well-formed: its path or its JSON.',
      );
    case 413:
      return new RequestRefusal('SYNC_API_BODY_TOO_LARGE', 'The body is larger than 100 kB.');
    case 415:
      return new RequestRefusal('SYNC_API_MEDIA_TYPE', 'The encoding of the body is not supported.');
    default:
      return new SyncError('SYNC_BUG', 'The request failed for a reason that was not foreseen.', {
        cause: thrown,
      });
  }
}

function statusOf(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null && 'status' in thrown ? thrown.status : undefined;
}
