import { type Refusal, type SyncErrorCode } from '@bomba/sync-core';
import { codeOf, isLabelledTransient } from './map-mongo-error.js';
import { authCodes, mongoCode, transientCodes } from './mongo-error-codes.js';

const reasons: Readonly<Record<number, readonly [SyncErrorCode, string]>> = {
  [mongoCode.duplicateKey]: ['SYNC_WRITE_UNIQUE', 'Another document holds the same unique value.'],
  [mongoCode.duplicateKeyUpdate]: ['SYNC_WRITE_UNIQUE', 'Another document holds the same unique value.'],
  [mongoCode.documentValidationFailure]: [
    'SYNC_WRITE_VALIDATION',
    'The collection has a validator that refuses it.',
  ],
  [mongoCode.objectTooLarge]: ['SYNC_WRITE_TOO_LARGE', 'The document is larger than the server allows.'],
  [mongoCode.dollarPrefixedFieldName]: ['SYNC_WRITE_NAME_REFUSED', 'The name of a field begins with $.'],
  [mongoCode.dottedFieldName]: ['SYNC_WRITE_NAME_REFUSED', 'The name of a field has a dot.'],
  [mongoCode.emptyFieldName]: ['SYNC_WRITE_NAME_REFUSED', 'The name of a field is empty.'],
};

/** One write of a batch that failed, as the server reports it. */
export interface WriteFailure {
  readonly code: number;
  readonly keyValue?: Readonly<Record<string, unknown>>;
  /** Of a duplicate: the key of the index. Some servers do not say. */
  readonly keyPattern?: Readonly<Record<string, unknown>>;
  /** The server says of the whole request that it may do later. */
  readonly isTransient?: boolean;
}

/**
 * The refusal that a failed write stands for; null where trying again may help. What a server
 * refuses for a reason not listed here waits in quarantine too, where it is tried again by itself, but ever more seldom.
 */
export function refusalOf({ code, keyValue, isTransient = false }: WriteFailure): Refusal | null {
  const isOfServer = code === mongoCode.outOfDiskSpace || authCodes.has(code);
  if (isOfServer || transientCodes.has(code)) return null;
  if (isTransient && !(code in reasons)) return null;
  const [syncCode, reason] = reasons[code] ?? ['SYNC_WRITE_REFUSED', `The server refuses it (code ${code}).`];
  return { refused: true, code: syncCode, reason, ...(keyValue && { conflictingKey: keyValue }) };
}

/** The refusal that the error of a single write stands for; throws the error where it is none. */
export function refusalOrThrow(error: unknown): Refusal {
  const code = codeOf(error);
  const isTransient = isLabelledTransient(error);
  const refusal = code === null ? null : refusalOf({ code, isTransient });
  if (!refusal) throw error;
  return refusal;
}
