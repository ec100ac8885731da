import { type Fields } from '../rewrite/fields.js';
import { acknowledgedOptions, isUnacknowledged, matchingOptions, optionsOf } from './call-options.js';
import { deleteDocuments, newDeleteId } from './delete-documents.js';
import { hidingOptions } from './hiding-options.js';
import { type CaptureForm } from './write-call.js';

/** Deletes the document that is found, leaving a pending tombstone; the one returned is as it was before the mark. */
export const findOneAndDelete: CaptureForm = ({ target, args: [filter = {}, options] }) => {
  if (typeof filter !== 'object' || filter === null) return null;
  const hiding = hidingOptions(acknowledgedOptions(options));
  const withMetadata = optionsOf(options)['includeResultMetadata'] === true;
  const marking: Fields = { ...hiding, ...matchingOptions(options), returnDocument: 'before', upsert: false };
  let found: unknown = null;
  const note = (result: unknown): number => {
    found = result;
    return (withMetadata ? (result as { readonly value: unknown }).value : result) === null ? 0 : 1;
  };
  const limit = 'one';
  const deleted = deleteDocuments({
    ...{ target, filter, options, limit, firstId: newDeleteId(target, limit) },
    mark: async (pipeline, matching) => {
      const matchedCount = note(await target.call('findOneAndUpdate', matching, pipeline, marking));
      return { matchedCount, markedCount: matchedCount };
    },
    deleteUnmarked: async () => {
      target.report.missed(target.name, 'findOneAndDelete');
      return note(await target.call('findOneAndDelete', filter, hiding));
    },
  });
  return deleted.then(() =>
    isUnacknowledged(options) ? null : withMetadata ? asDeletion(found as Fields) : found,
  );
};

/** The server's own words on a deletion, in place of those on the update that marked it. */
function asDeletion(result: Fields): Fields {
  return { ...result, lastErrorObject: { n: result['value'] === null ? 0 : 1 } };
}
