import { deletionMark } from '../rewrite/deletion-mark.js';
import { type Fields } from '../rewrite/fields.js';
import { pinnedId } from '../rewrite/pinned-id.js';
import { isInTransaction } from './call-options.js';
import { deleteUnmarked } from './delete-unmarked.js';
import { type DeleteRequest } from './delete-request.js';
import { finishMarked, finishOthers } from './finish-deletions.js';
import { mayBeOfTheMark } from './server-error.js';
import { type WriteId } from './write-id.js';
import { type WriteTarget } from './write-target.js';

/**
 * Deletes in three steps: mark, pending tombstone, removal. A document that was written after its mark is not removed;
 * then it starts again with the caller's filter. Answers how many documents it deleted.
 *
 * A process that dies on the way leaves marks; the lease holder finishes them.
 */
export async function deleteDocuments(request: DeleteRequest): Promise<number> {
  const { target, limit } = request;
  let deletedCount = 0;
  let id = request.firstId;
  try {
    for (;;) {
      const { matchedCount, removedCount } = await deleteOnce(request, id);
      deletedCount += removedCount;
      if (removedCount === matchedCount) return deletedCount;
      await finishOthers(request);
      id = newDeleteId(target, limit);
    }
  } finally {
    announce(request, id);
  }
}

/** The pipeline that marks what a delete of this id finds. */
export function deletionPipeline({ ids }: WriteTarget, id: WriteId): readonly Fields[] {
  return deletionMark({ id: id.binary, staleBefore: ids.staleBefore(id) });
}

/** An id for one delete; of several documents, one that says so. */
export function newDeleteId({ ids }: WriteTarget, limit: DeleteRequest['limit']): WriteId {
  return limit === 'one' ? ids.single() : ids.shared();
}

interface Round {
  readonly matchedCount: number;
  readonly removedCount: number;
}

async function deleteOnce(request: DeleteRequest, id: WriteId): Promise<Round> {
  const { deletesUnderWay } = request.target;
  deletesUnderWay.add(id.stamp);
  try {
    const { matchedCount, markedCount } = await mark(request, id);
    if (markedCount === null) return await deleteInSpiteOfTheMark(request, id);
    const removedCount = markedCount > 0 ? await finishMarked(request, { id, markedCount }) : 0;
    return { matchedCount, removedCount };
  } finally {
    deletesUnderWay.delete(id.stamp);
  }
}

/** `markedCount` is null where the server refuses the mark, and nobody knows how many documents bear it. */
async function mark(
  request: DeleteRequest,
  id: WriteId,
): Promise<{ readonly matchedCount: number; readonly markedCount: number | null }> {
  try {
    return await request.mark(deletionPipeline(request.target, id));
  } catch (error) {
    if (!mayBeOfTheMark(error) || isInTransaction(request.options)) throw error;
    return { matchedCount: 0, markedCount: null };
  }
}

async function deleteInSpiteOfTheMark(request: DeleteRequest, id: WriteId): Promise<Round> {
  const markedCount = await finishMarked(request, { id, markedCount: null });
  const unmarkedCount = await (request.deleteUnmarked?.() ?? deleteUnmarked(request, id));
  return { matchedCount: markedCount + unmarkedCount, removedCount: markedCount + unmarkedCount };
}

function announce({ target, filter, options, limit }: DeleteRequest, id: WriteId): void {
  const pinned = limit === 'one' ? pinnedId(filter) : undefined;
  const ids = pinned === undefined ? 'many' : [pinned];
  target.announcer.announce({ collection: target.name, ids, id: id.stamp }, options);
}
