const DUPLICATE_KEY = 11000;
const UNAUTHORIZED = 13;
const PATH_NOT_VIABLE = 28;
const INVALID = 121;

/** Errors that a write can have for its mark alone: too large with it, refused by a validator, no sub-document. */
const OF_THE_MARK: ReadonlySet<unknown> = new Set([PATH_NOT_VIABLE, INVALID, 10334, 17280, 17419, 17420]);

/** True where the same write without its mark might be accepted. */
export function mayBeOfTheMark(error: unknown): boolean {
  return OF_THE_MARK.has(codeOf(error));
}

/** True where what is there is no document, so that no mark can be set in it: the metadata, or a field of the application. */
export function isPathRefused(error: unknown): boolean {
  return codeOf(error) === PATH_NOT_VIABLE;
}

/** True where a validator refused a write. */
export function isInvalid(error: unknown): boolean {
  return codeOf(error) === INVALID;
}

/** True where a unique index refused a write. */
export function isDuplicateKey(error: unknown): boolean {
  return codeOf(error) === DUPLICATE_KEY;
}

/** The places of a bulk's operations that a unique index refused; null where anything else failed, too. */
export function duplicateIndexes(error: unknown): ReadonlySet<number> | null {
  const { writeErrors = [] } = (error ?? {}) as {
    readonly writeErrors?: PlacedError | readonly PlacedError[];
  };
  const errors = [writeErrors].flat();
  const isAllDuplicates = errors.length > 0 && errors.every(isDuplicateKey);
  return isAllDuplicates ? new Set(errors.map(({ index }) => index)) : null;
}

interface PlacedError {
  readonly index: number;
}

/** True where the credentials lack a right. */
export function isUnauthorized(error: unknown): boolean {
  return codeOf(error) === UNAUTHORIZED;
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | null | undefined)?.code;
}

const SERVER_ERRORS: ReadonlySet<unknown> = new Set(['MongoServerError', 'MongoBulkWriteError']);

/** True where the server refused a command: then the application may rely on what the error says. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !SERVER_ERRORS.has(error.name)) return false;
  const { errorLabels = [] } = error as { readonly errorLabels?: readonly string[] };
  return typeof codeOf(error) === 'number' && !errorLabels.includes('RetryableWriteError');
}
