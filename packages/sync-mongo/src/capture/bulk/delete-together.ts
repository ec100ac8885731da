import { type Binary, type BulkWriteResult } from 'mongodb';
import { type Fields } from '../rewrite/fields.js';
import { pinnedId } from '../rewrite/pinned-id.js';
import { DIRTY } from '../rewrite/sync-meta.js';
import { isInTransaction, matchingOptions, sendingOptions } from '../run/call-options.js';
import { deleteDocuments, deletionPipeline, newDeleteId } from '../run/delete-documents.js';
import { finishDeletions, ownDeletions } from '../run/finish-deletions.js';
import { readMarked } from '../run/read-marked.js';
import { type WriteTarget } from '../run/write-target.js';
import { type BulkRun, isBulkError } from './bulk-run.js';
import { type PlannedDelete } from './planned-operation.js';

/** Deletes that are marked by one command; their ids fit into one query. */
const CHUNK_SIZE = 1_000;

/** The bulk that deletes belong to. */
export interface DeletingBulk {
  readonly target: WriteTarget;
  readonly run: BulkRun;
  readonly options: unknown;
  readonly ordered: boolean;
}

/** Deletes in few commands; what could not be settled so is done again one by one, errors included. */
export async function deleteTogether(bulk: DeletingBulk, deletes: readonly PlannedDelete[]): Promise<void> {
  for (let start = 0; start < deletes.length && !bulk.run.isOver(); start += CHUNK_SIZE) {
    const chunk = deletes.slice(start, start + CHUNK_SIZE);
    try {
      const unsettled = chunk.length > 1 ? await deleteChunk(bulk, chunk) : chunk;
      for (const planned of unsettled) {
        if (bulk.run.isOver()) return;
        await deleteAlone(bulk, planned);
      }
    } catch (error) {
      bulk.run.addError(error, partOf(chunk));
    }
  }
}

/** Answers the deletes that are to be done again, because a document was written in between or an error came. */
async function deleteChunk(
  bulk: DeletingBulk,
  chunk: readonly PlannedDelete[],
): Promise<readonly PlannedDelete[]> {
  const { target } = bulk;
  for (const { id } of chunk) target.deletesUnderWay.add(id.stamp);
  try {
    const matchedCount = await markChunk(bulk, chunk);
    const removed = await finishChunk(bulk, chunk);
    bulk.run.addRemoved(removed.length);
    if (removed.length === matchedCount) return [];
    const settled = new Set(removed.map((pending) => pending.toString('hex')));
    return chunk.filter(({ limit, id }) => limit === 'all' || !settled.has(id.binary.toString('hex')));
  } finally {
    for (const { id } of chunk) target.deletesUnderWay.delete(id.stamp);
  }
}

/** Null where an operation failed: then nobody knows how many of the others were done. */
async function markChunk(bulk: DeletingBulk, chunk: readonly PlannedDelete[]): Promise<number | null> {
  const { target, run, options, ordered } = bulk;
  try {
    const operations = chunk.map((planned) => markOperation(planned, deletionPipeline(target, planned.id)));
    const result = await target.call<BulkWriteResult>('bulkWrite', operations, {
      ...sendingOptions(options),
      ordered,
    });
    run.noteClass(result);
    return result.matchedCount;
  } catch (error) {
    if (!isBulkError(error) || isInTransaction(options)) throw error;
    return null;
  }
}

/** The ids of the deletes, once for each document that is gone. */
async function finishChunk(
  { target, options }: DeletingBulk,
  chunk: readonly PlannedDelete[],
): Promise<readonly Binary[]> {
  const removed: Binary[] = [];
  const own = new Set(chunk.map(({ id }) => id.binary.toString('hex')));
  for await (const page of readMarked(target, { filter: filterOf(chunk), options })) {
    const marked = ownDeletions(page).filter(
      ({ deleting, pending }) => deleting && own.has(pending.toString('hex')),
    );
    for (const { pending } of await finishDeletions(target, marked, options)) removed.push(pending);
  }
  return removed;
}

/** By key where all deletes name one: that is the quickest everywhere. */
function filterOf(chunk: readonly PlannedDelete[]): Fields {
  const ids = chunk.map(({ specification }) => pinnedId(specification['filter']));
  return ids.includes(undefined)
    ? { [DIRTY]: { $in: chunk.map(({ id }) => id.binary) } }
    : { _id: { $in: ids } };
}

async function deleteAlone({ target, run, options }: DeletingBulk, planned: PlannedDelete): Promise<void> {
  const { specification, limit } = planned;
  try {
    const own = { ...matchingOptions(specification), ...sendingOptions(options) };
    const removedCount = await deleteDocuments({
      ...{
        target,
        filter: specification['filter'],
        options: own,
        limit,
        firstId: newDeleteId(target, limit),
      },
      mark: async (pipeline) => {
        const operations = [markOperation(planned, pipeline)];
        const result = await target.call<BulkWriteResult>('bulkWrite', operations, sendingOptions(options));
        run.noteClass(result);
        return { matchedCount: result.matchedCount, markedCount: result.modifiedCount };
      },
    });
    run.addRemoved(removedCount);
  } catch (error) {
    run.addError(error, partOf([planned]));
  }
}

function markOperation({ limit, specification }: PlannedDelete, update: readonly Fields[]): object {
  const { filter, ...others } = specification;
  const { collation, hint } = matchingOptions(others);
  const operation = { filter, update, ...(collation ? { collation } : {}), ...(hint ? { hint } : {}) };
  return limit === 'one' ? { updateOne: operation } : { updateMany: operation };
}

function partOf(deletes: readonly PlannedDelete[]): Parameters<BulkRun['addError']>[1] {
  return {
    placeOf: (index) => deletes[index]?.index ?? index,
    originalOf: (index, operation) => {
      const planned = deletes[index];
      return planned
        ? { q: planned.specification['filter'], limit: planned.limit === 'one' ? 1 : 0 }
        : operation;
    },
  };
}
