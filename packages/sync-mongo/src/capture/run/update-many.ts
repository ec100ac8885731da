import { type UpdateResult } from 'mongodb';
import { bareUpdate } from '../rewrite/bare-update.js';
import { markUpdate } from '../rewrite/update.js';
import { optionsOf } from './call-options.js';
import { markOrMiss } from './mark-or-miss.js';
import { restOfMany } from './rest-of-many.js';
import { type CaptureForm } from './write-call.js';

/**
 * Marks all documents that an update changes, with one id. Where the mark alone may be why the server refuses a document,
 * it goes on from there: what is written is not written twice.
 */
export const updateMany: CaptureForm = ({ target, args: [filter, update, options] }) => {
  const id = target.ids.shared();
  const marked = markUpdate(update, id.binary);
  if (!marked) return null;
  /** Counts what was written before with what it writes now. */
  const updateRest = async (change: unknown): Promise<UpdateResult> => {
    const rest = await restOfMany(target, { filter, id, options });
    const sent = { ...optionsOf(options), ...rest.options };
    const result = await target.call<UpdateResult>('updateMany', rest.filter, change, sent);
    const { matchedCount, modifiedCount } = result;
    return {
      ...result,
      matchedCount: matchedCount + rest.writtenCount,
      modifiedCount: modifiedCount + rest.writtenCount,
    };
  };
  return markOrMiss<UpdateResult>({
    ...{ target, method: 'updateMany', id, options, filter },
    marked: () => target.call('updateMany', filter, marked, options),
    markedAgain: () => updateRest(marked),
    unmarked: () => updateRest(update),
    bare: () => updateRest(bareUpdate(update)),
  });
};
