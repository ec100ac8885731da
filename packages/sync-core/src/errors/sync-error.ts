import { errorCodes, type SyncErrorCode } from './error-codes.js';

const brand = Symbol.for('@bomba/sync-core/SyncError');

/** What an error carries beside its code. @public */
export interface SyncErrorOptions {
  readonly cause?: unknown;
  /** Facts that are safe to log: never a document, a URI or a key. */
  readonly context?: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * The one error of bomba-sync. `code` says what happened, `retryable` whether trying again can help, `remedy` what the
 * reader can do. Recognise it with {@link isSyncError}, which also works across copies of this package.
 *
 * @public
 */
export class SyncError extends Error {
  readonly code: SyncErrorCode;
  readonly retryable: boolean;
  readonly remedy: string;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
  readonly [brand] = true;

  constructor(code: SyncErrorCode, message: string, { cause, context = {} }: SyncErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SyncError';
    this.code = code;
    this.retryable = errorCodes[code].retryable;
    this.remedy = errorCodes[code].remedy;
    this.context = context;
  }
}

/** True for an error of bomba-sync; `code` narrows it to one. @public */
export function isSyncError(error: unknown, code?: SyncErrorCode): error is SyncError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false;
  return code === undefined || (error as SyncError).code === code;
}
