import { mongoCode } from '../errors/mongo-error-codes.js';
import { type WriteFailure } from '../errors/refusal-of.js';

/** An insert that failed, and how to find out more. */
export interface FailedInsert {
  readonly failure: WriteFailure;
  readonly isPresent: () => Promise<boolean>;
  /** Inserts once more; null where that worked. */
  readonly again: () => Promise<WriteFailure | null>;
}

/**
 * Whether an insert failed only because the document itself was there: a miss, after which the key is looked at again.
 * Not to be told by a look alone, as the document may be gone by then. Most servers name the key; where one does not, a
 * second insert tells, and where that one is stored, the look finds it.
 */
export async function isMissedInsert({ failure, isPresent, again }: FailedInsert): Promise<boolean> {
  if (!isDuplicate(failure)) return false;
  if (isOfId(failure) || (await isPresent())) return true;
  if (failure.keyPattern !== undefined) return false;
  const second = await again();
  return second === null || (isDuplicate(second) && (await isPresent()));
}

function isDuplicate({ code }: WriteFailure): boolean {
  return code === mongoCode.duplicateKey;
}

function isOfId({ keyPattern }: WriteFailure): boolean {
  return keyPattern !== undefined && Object.keys(keyPattern).join() === '_id';
}
