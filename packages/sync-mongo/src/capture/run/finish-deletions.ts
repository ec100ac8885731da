import { pinnedId } from '../rewrite/pinned-id.js';
import { DIRTY } from '../rewrite/sync-meta.js';
import { optionsOf, sendingOptions } from './call-options.js';
import { type DeleteRequest } from './delete-request.js';
import { type Deletion } from './deletion.js';
import { bearsMark, type MarkedDocument } from './marked-document.js';
import { readMarked } from './read-marked.js';
import { recordDeletions } from './record-deletions.js';
import { type Removal, removeUnchanged } from './remove-unchanged.js';
import { type WriteId } from './write-id.js';
import { type WriteTarget } from './write-target.js';

/** How many documents are recorded before the first is removed: others wait for that long. */
const MAX_AT_ONCE = 5_000;

/** The last two steps of a delete; doing them again changes nothing. */
export async function finishDeletions(
  target: WriteTarget,
  deletions: readonly Deletion[],
  options: unknown,
): Promise<Removal> {
  await recordDeletions(target, deletions, options);
  return removeUnchanged(target, deletions, options);
}

/** What a delete has marked. */
export interface MarkedSet {
  readonly id: WriteId;
  /** Null where that is not known. */
  readonly markedCount: number | null;
}

/** The last two steps for what a delete has marked. Answers how many documents it removed. */
export function finishMarked(request: DeleteRequest, marked: MarkedSet): Promise<number> {
  const isOneRemoval =
    request.limit === 'all' && marked.markedCount !== null && marked.markedCount <= MAX_AT_ONCE;
  return isOneRemoval ? finishAll(request, marked) : finishPages(request, marked.id);
}

/**
 * In few commands: all tombstones page by page, then one removal by the mark. Only where all that were marked have their
 * tombstones; else page by page.
 */
async function finishAll(request: DeleteRequest, { id, markedCount }: MarkedSet): Promise<number> {
  const { target, options } = request;
  let recordedCount = 0;
  for await (const page of readMarked(target, { filter: { [DIRTY]: id.binary }, options })) {
    await recordDeletions(target, toDeletions(page, id), options);
    recordedCount += page.length;
  }
  if (recordedCount !== markedCount) return finishPages(request, id);
  const removal = target.call<{ readonly deletedCount: number }>(
    ...(['deleteMany', { [DIRTY]: id.binary }, sendingOptions(options)] as const),
  );
  return (await removal).deletedCount;
}

async function finishPages({ target, filter, options }: DeleteRequest, id: WriteId): Promise<number> {
  const pinned = pinnedId(filter, optionsOf(options)['collation']);
  const query = pinned === undefined ? { [DIRTY]: id.binary } : { _id: pinned };
  let removedCount = 0;
  for await (const page of readMarked(target, { filter: query, options })) {
    removedCount += (await finishDeletions(target, toDeletions(page, id), options)).removedCount;
  }
  return removedCount;
}

/** Deletions in the name of whoever marked the documents. */
export function ownDeletions(page: readonly MarkedDocument[]): readonly Deletion[] {
  return page.flatMap((document) => (document.dirty ? [{ ...document, pending: document.dirty }] : []));
}

function toDeletions(page: readonly MarkedDocument[], { binary }: WriteId): readonly Deletion[] {
  return ownDeletions(page.filter((document) => bearsMark(document, binary)));
}
