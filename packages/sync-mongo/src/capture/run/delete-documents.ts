import { deletionMark } from '../rewrite/deletion-mark.js';
import { type Fields } from '../rewrite/fields.js';
import { narrow, pinnedId } from '../rewrite/pinned-id.js';
import { DELETING } from '../rewrite/sync-meta.js';
import { awaitOthers } from './await-others.js';
import { isInTransaction, optionsOf } from './call-options.js';
import { deleteUnmarked } from './delete-unmarked.js';
import { type DeleteRequest } from './delete-request.js';
import { finishMarked } from './finish-deletions.js';
import { repeatableIfHealed } from './repeatable.js';
import { mayBeOfTheMark } from './server-error.js';
import { takeBackMarks } from './take-back-marks.js';
import { wasFinished } from './was-finished.js';
import { type WriteId } from './write-id.js';
import { type WriteTarget } from './write-target.js';

/**
 * Deletes in three steps: mark, pending tombstone, removal. A document that was written after its mark is not removed;
 * then it starts again with the caller's filter. What another delete has marked is left to that one. Answers how many
 * documents it deleted: each counts once, for the delete that removed it.
 *
 * A process that dies on the way leaves marks; the lease holder finishes them.
 */
export async function deleteDocuments(request: DeleteRequest): Promise<number> {
  const { target, limit } = request;
  let deletedCount = 0;
  let id = request.firstId;
  let mayTakeOver = isInTransaction(request.options);
  try {
    for (;;) {
      const { matchedCount, removedCount } = await deleteOnce(request, { id, mayTakeOver });
      deletedCount += removedCount;
      if (removedCount === matchedCount) return deletedCount;
      id = newDeleteId(target, limit);
      if (limit === 'one' && (await deleteAnother(request, id))) return 1;
      mayTakeOver = !(await awaitOthers(request, target.ids.staleBefore(id)));
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

interface Try {
  readonly id: WriteId;
  /** Whether the mark of another delete is taken over, however young it is. */
  readonly mayTakeOver: boolean;
}

function deleteOnce(request: DeleteRequest, { id, mayTakeOver }: Try): Promise<Round> {
  const { target, options } = request;
  return target.deletes.run([id], async () => {
    try {
      const staleBefore = mayTakeOver ? null : target.ids.staleBefore(id);
      const { matchedCount, markedCount } = await mark(request, deletionMark({ id: id.binary, staleBefore }));
      if (markedCount === null) return await deleteInSpiteOfTheMark(request, id);
      if (markedCount === 0) return { matchedCount, removedCount: 0 };
      const removedCount = await finishMarked(request, { id, markedCount });
      const isDone =
        removedCount === 0 && request.limit === 'one' && (await wasFinished(target, id, options));
      return { matchedCount, removedCount: isDone ? 1 : removedCount };
    } catch (error) {
      await takeBackMarks(target, { ids: [id], options }, error);
      throw error;
    }
  });
}

/** One that no other delete has marked, if there is one: many that take what is there do not wait for each other. */
async function deleteAnother(request: DeleteRequest, id: WriteId): Promise<boolean> {
  const filter = narrow(request.filter, DELETING, { $ne: true });
  const { removedCount } = await deleteOnce({ ...request, filter }, { id, mayTakeOver: false });
  return removedCount > 0;
}

/** `markedCount` is null where the server refuses the mark, and nobody knows how many documents bear it. */
async function mark(
  request: DeleteRequest,
  pipeline: readonly Fields[],
): Promise<{ readonly matchedCount: number; readonly markedCount: number | null }> {
  try {
    return await request.mark(pipeline, request.filter);
  } catch (error) {
    const { target, options } = request;
    if (!mayBeOfTheMark(error)) throw error;
    if (isInTransaction(options)) throw await repeatableIfHealed(target, [], { options, error });
    return { matchedCount: 0, markedCount: null };
  }
}

async function deleteInSpiteOfTheMark(request: DeleteRequest, id: WriteId): Promise<Round> {
  const markedCount = await finishMarked(request, { id, markedCount: null });
  const unmarkedCount = await (request.deleteUnmarked?.() ?? deleteUnmarked(request, id));
  return { matchedCount: markedCount + unmarkedCount, removedCount: markedCount + unmarkedCount };
}

function announce({ target, filter, options, limit }: DeleteRequest, id: WriteId): void {
  const pinned = limit === 'one' ? pinnedId(filter, optionsOf(options)['collation']) : undefined;
  const ids = pinned === undefined ? 'many' : [pinned];
  target.announcer.announce({ collection: target.name, ids, id: id.stamp }, options);
}
