import { type MongoError } from 'mongodb';
import { healSpoiled, type Matching } from './heal-spoiled.js';
import { isInvalid, isPathRefused } from './server-error.js';
import { type WriteTarget } from './write-target.js';

/**
 * The error of a write in a transaction that was refused for its mark, and has ended the transaction. Where what was in
 * the way is gone now, it says that the transaction may be tried again, as `withTransaction` does by itself.
 */
export async function repeatableIfHealed(
  target: WriteTarget,
  writes: readonly Matching[],
  { options, error }: { readonly options: unknown; readonly error: unknown },
): Promise<unknown> {
  const isHealed =
    (isPathRefused(error) && (await healSpoiled(target, writes, options)) > 0) ||
    (isInvalid(error) && (await target.refusal.look()));
  if (isHealed && isLabelled(error)) error.addErrorLabel('TransientTransactionError');
  return error;
}

function isLabelled(error: unknown): error is MongoError {
  return error instanceof Error && typeof Reflect.get(error, 'addErrorLabel') === 'function';
}
