import { type UpdateResult } from 'mongodb';
import { vouchFor } from '../../audit/vouched-writes.js';
import { bareUpdate } from '../rewrite/bare-update.js';
import { notYetWritten, writtenBy } from '../rewrite/not-yet-written.js';
import { markUpdate } from '../rewrite/update.js';
import { isInTransaction, lookOptions, optionsOf } from './call-options.js';
import { healSpoiled } from './heal-spoiled.js';
import { repeatableIfHealed } from './repeatable.js';
import { isInvalid, isPathRefused, mayBeOfTheMark } from './server-error.js';
import { type CaptureForm } from './write-call.js';
import { type WriteId } from './write-id.js';
import { type WriteTarget } from './write-target.js';

/** Marks all documents that an update changes, with one id. */
export const updateMany: CaptureForm = ({ target, args: [filter, update, options] }) => {
  const id = target.ids.shared();
  const marked = markUpdate(update, id.binary);
  if (!marked) return null;
  return updateAll({ target, filter, update, marked, options, id }).finally(() =>
    target.announcer.announce({ collection: target.name, ids: 'many', id: id.stamp }, options),
  );
};

interface UpdateOfMany {
  readonly target: WriteTarget;
  readonly filter: unknown;
  readonly update: unknown;
  readonly marked: unknown;
  readonly options: unknown;
  readonly id: WriteId;
}

/** Where the mark alone may be why the server refuses a document, it goes on from there: what is written is not written twice. */
async function updateAll(asked: UpdateOfMany): Promise<UpdateResult> {
  const { target, filter, marked, options } = asked;
  const matching = [{ filter, collation: optionsOf(options)['collation'], hint: optionsOf(options)['hint'] }];
  let error: unknown;
  try {
    return await target.call('updateMany', filter, marked, options);
  } catch (refused) {
    error = refused;
  }
  if (!mayBeOfTheMark(error)) throw error;
  if (isInTransaction(options)) throw await repeatableIfHealed(target, matching, { options, error });
  if (isPathRefused(error) && (await healSpoiled(target, matching, options)) > 0) {
    try {
      return await updateRest(asked, marked);
    } catch (again) {
      if (!mayBeOfTheMark(again)) throw again;
      error = again;
    }
  }
  const unmarked = isInvalid(error) ? bareUpdate(asked.update) : asked.update;
  const result = await vouchFor(() => updateRest(asked, unmarked));
  target.report.missed(target.name, 'updateMany', error);
  if (isInvalid(error)) target.refusal.note();
  return result;
}

/** Counts what was written before with what it writes now. */
async function updateRest(
  { target, filter, options, id }: UpdateOfMany,
  update: unknown,
): Promise<UpdateResult> {
  const writtenCount = await target.driver.countDocuments(writtenBy(id.binary), lookOptions(options));
  const rest = writtenCount > 0 ? { ...optionsOf(options), upsert: false } : options;
  const result = await target.call<UpdateResult>(
    ...(['updateMany', notYetWritten(filter, id.binary), update, rest] as const),
  );
  const { matchedCount, modifiedCount } = result;
  return {
    ...result,
    matchedCount: matchedCount + writtenCount,
    modifiedCount: modifiedCount + writtenCount,
  };
}
