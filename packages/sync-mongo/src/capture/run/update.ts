import { pinnedId } from '../rewrite/pinned-id.js';
import { bareUpdate } from '../rewrite/bare-update.js';
import { markUpdate } from '../rewrite/update.js';
import { hidingOptions } from './hiding-options.js';
import { markOrMiss } from './mark-or-miss.js';
import { type CaptureForm, type WriteCall } from './write-call.js';

/** Marks the document that an update changes or inserts. */
export const updateOne: CaptureForm = (call) => updateSingle('updateOne', call, call.args[2]);

/** Marks the document that is found and updated; the one returned has no metadata. */
export const findOneAndUpdate: CaptureForm = (call) =>
  updateSingle('findOneAndUpdate', call, hidingOptions(call.args[2]));

function updateSingle(
  method: 'updateOne' | 'findOneAndUpdate',
  { target, args: [filter, update] }: WriteCall,
  options: unknown,
): Promise<unknown> | null {
  const id = target.ids.single();
  const marked = markUpdate(update, id.binary);
  if (!marked) return null;
  return markOrMiss({
    ...{ target, method, id, options, filter, documentId: pinnedId(filter) },
    marked: () => target.call(method, filter, marked, options),
    unmarked: () => target.call(method, filter, update, options),
    bare: () => target.call(method, filter, bareUpdate(update), options),
  });
}
