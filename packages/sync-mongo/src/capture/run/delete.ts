import { isUnacknowledged, matchingOptions } from './call-options.js';
import { deleteDocuments, newDeleteId } from './delete-documents.js';
import { type DeleteRequest } from './delete-request.js';
import { type CaptureForm, type WriteCall } from './write-call.js';

/** Deletes one document, leaving a pending tombstone. */
export const deleteOne: CaptureForm = (call) => deleteByFilter('one', call);

/** Deletes all documents that match, leaving a pending tombstone of each, in constant memory. */
export const deleteMany: CaptureForm = (call) => deleteByFilter('all', call);

function deleteByFilter(
  limit: DeleteRequest['limit'],
  { target, args: [filter = {}, options] }: WriteCall,
): Promise<unknown> | null {
  if (typeof filter !== 'object' || filter === null) return null;
  const deleted = deleteDocuments({
    ...{ target, filter, options, limit, firstId: newDeleteId(target, limit) },
    mark: async (pipeline, matching) => {
      const method = limit === 'one' ? 'updateOne' : 'updateMany';
      const result = await target.call<Updated>(
        ...([method, matching, pipeline, matchingOptions(options)] as const),
      );
      return { matchedCount: result.matchedCount, markedCount: result.modifiedCount };
    },
  });
  return deleted.then((deletedCount) =>
    isUnacknowledged(options)
      ? { acknowledged: false, deletedCount: undefined }
      : { acknowledged: true, deletedCount },
  );
}

interface Updated {
  readonly matchedCount: number;
  readonly modifiedCount: number;
}
