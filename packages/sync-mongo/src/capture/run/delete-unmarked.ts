import { fieldsOf } from '../rewrite/fields.js';
import { readingOptions } from './call-options.js';
import { type DeleteRequest } from './delete-request.js';
import { finishDeletions } from './finish-deletions.js';
import { readMarked } from './read-marked.js';
import { type WriteId } from './write-id.js';

/**
 * A delete without its first step, of documents that cannot bear a mark: tombstones first, then the removal of what is
 * still as it was read. Answers how many documents it removed.
 */
export async function deleteUnmarked(
  { target, filter, options, limit }: DeleteRequest,
  { binary }: WriteId,
): Promise<number> {
  const query = { filter: fieldsOf(filter) ?? {}, options, matching: readingOptions(options) };
  let removedCount = 0;
  for await (const page of readMarked(target, limit === 'one' ? { ...query, limit: 1 } : query)) {
    const deletions = page.map((document) => {
      const last = document.last ?? document.dirty ?? document.held;
      return { ...document, last, deleting: false, pending: binary };
    });
    removedCount += (await finishDeletions(target, deletions, options)).removedCount;
  }
  return removedCount;
}
