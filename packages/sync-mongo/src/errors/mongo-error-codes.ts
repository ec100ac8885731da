/** Error codes of the MongoDB server that bomba-sync tells apart (mongodb/mongo, error_codes.yml). */
export const mongoCode = {
  badValue: 2,
  userNotFound: 11,
  unauthorized: 13,
  authenticationFailed: 18,
  illegalOperation: 20,
  lockTimeout: 24,
  cursorNotFound: 43,
  namespaceExists: 48,
  maxTimeMSExpired: 50,
  dollarPrefixedFieldName: 52,
  invalidIdField: 53,
  emptyFieldName: 56,
  dottedFieldName: 57,
  immutableField: 66,
  cannotCreateIndex: 67,
  indexOptionsConflict: 85,
  indexKeySpecsConflict: 86,
  writeConflict: 112,
  documentValidationFailure: 121,
  changeStreamFatal: 280,
  changeStreamHistoryLost: 286,
  changeStreamInvalidated: 346,
  startAfterInvalidate: 351,
  invalidResumeToken: 260,
  reauthenticationRequired: 391,
  atlasError: 8000,
  objectTooLarge: 10334,
  outOfDiskSpace: 14031,
  duplicateKey: 11000,
  duplicateKeyUpdate: 11001,
  changeStreamNeedsReplicaSet: 40573,
  optimeTooOld: 40576,
  malformedToken: 40647,
  malformedKeyString: 50811,
} as const;

/** The server refuses the credentials, or they lack a right; or the service of Atlas refuses, for that or something else. */
export const authCodes: ReadonlySet<number> = new Set([
  mongoCode.userNotFound,
  mongoCode.unauthorized,
  mongoCode.authenticationFailed,
  mongoCode.reauthenticationRequired,
  mongoCode.atlasError,
]);

/** The resume token, or the history behind it, is of no use any more. */
export const historyLostCodes: ReadonlySet<number> = new Set([
  mongoCode.changeStreamFatal,
  mongoCode.changeStreamHistoryLost,
  mongoCode.changeStreamInvalidated,
  mongoCode.startAfterInvalidate,
  mongoCode.invalidResumeToken,
  mongoCode.optimeTooOld,
  mongoCode.malformedToken,
  mongoCode.malformedKeyString,
]);

/**
 * A node that steps down, shuts down, or is overloaded, a shard that moves, writes that are blocked for a while, as in a
 * cutover: the same request may do later.
 */
export const transientCodes: ReadonlySet<number> = new Set([
  6, 7, 24, 43, 46, 50, 63, 64, 82, 89, 90, 91, 96, 112, 133, 134, 145, 150, 189, 202, 203, 215, 234, 237,
  246, 249, 251, 262, 272, 290, 317, 355, 358, 360, 363, 365, 371, 402, 407, 433, 449, 9001, 10107, 11600,
  11601, 11602, 13388, 13435, 13436,
]);

/** Labels by which a server says the same of an error, whatever its code is. */
export const transientLabels = [
  'TransientTransactionError',
  'RetryableWriteError',
  'ResumableChangeStreamError',
  'SystemOverloadedError',
] as const;
