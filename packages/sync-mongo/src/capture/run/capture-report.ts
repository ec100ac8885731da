import { type Logger, type Metrics, type SyncErrorCode } from '@bomba/sync-core';

/** Name of the counter of writes that went through without a mark; label `collection`. */
export const CAPTURE_MISSED = 'sync_capture_missed_total';

const MISSED: SyncErrorCode = 'SYNC_CAPTURE_MISSED';

/** Where capture tells of what it could not do; the application never hears of it. */
export class CaptureReport {
  readonly #logger: Logger;
  readonly #metrics: Metrics;

  constructor(logger: Logger, metrics: Metrics) {
    this.#logger = logger;
    this.#metrics = metrics;
  }

  /** Null where our own preparation of a call fails: that is told here, and the call goes on as the application made it. */
  attempt<Result>(collection: string, method: string, prepare: () => Result): Result | null {
    try {
      return prepare();
    } catch (error) {
      this.missed(collection, method, error);
      return null;
    }
  }

  /** A write goes through without its mark, because of this error. */
  missed(collection: string, method: string, error?: unknown): void {
    this.#metrics.count(CAPTURE_MISSED, 1, { collection });
    this.#logger.error('A write went through without being marked for sync.', {
      ...{ code: MISSED, collection, method },
      ...(error === undefined ? {} : causeOf(error)),
    });
  }

  /** Something beside a write could not be noted, because of this error; the call goes on. */
  failed(method: string, error: unknown): void {
    this.#logger.error('A drop could not be noted for sync; it goes on.', { method, ...causeOf(error) });
  }
}

/** What may be logged of an error: its message could quote a document. */
function causeOf(error: unknown): { readonly cause: string; readonly causeCode?: number } {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  const cause = typeof name === 'string' ? name : typeof error;
  return typeof code === 'number' ? { cause, causeCode: code } : { cause };
}
