import { type Binary, type BulkWriteResult } from 'mongodb';
import { type Fields } from '../rewrite/fields.js';
import { pinnedId } from '../rewrite/pinned-id.js';
import { DIRTY } from '../rewrite/sync-meta.js';
import { isInTransaction, matchingOptions, sendingOptions } from '../run/call-options.js';
import { deleteDocuments, deletionPipeline, newDeleteId } from '../run/delete-documents.js';
import { finishDeletions, ownDeletions } from '../run/finish-deletions.js';
import { readMarked } from '../run/read-marked.js';
import { repeatableIfHealed } from '../run/repeatable.js';
import { takeBackMarks } from '../run/take-back-marks.js';
import { wasFinished } from '../run/was-finished.js';
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
function deleteChunk(bulk: DeletingBulk, chunk: readonly PlannedDelete[]): Promise<readonly PlannedDelete[]> {
  const { target, options } = bulk;
  const ids = chunk.map(({ id }) => id);
  return target.deletes.run(ids, async () => {
    try {
      const matchedCount = await markChunk(bulk, chunk);
      const gone = await finishChunk(bulk, chunk);
      if (gone.length === matchedCount) return [];
      const settled = new Set(gone.map((pending) => pending.toString('hex')));
      return await notFinished(
        bulk,
        chunk.filter(({ limit, id }) => limit === 'all' || !settled.has(id.binary.toString('hex'))),
      );
    } catch (error) {
      await takeBackMarks(target, { ids, options }, error);
      throw error;
    }
  });
}

/** Counts those that somebody else has finished in their name, and answers the others. */
async function notFinished(
  { target, run, options }: DeletingBulk,
  unsettled: readonly PlannedDelete[],
): Promise<readonly PlannedDelete[]> {
  const left: PlannedDelete[] = [];
  for (const planned of unsettled) {
    if (planned.limit === 'one' && (await wasFinished(target, planned.id, options))) run.addRemoved(1);
    else left.push(planned);
  }
  return left;
}

/** Null where an operation failed: then nobody knows how many of the others were done. */
async function markChunk(bulk: DeletingBulk, chunk: readonly PlannedDelete[]): Promise<number | null> {
  const { target, run, options, ordered } = bulk;
  try {
    const operations = chunk.map((planned) =>
      markOperation(planned, {
        filter: planned.specification['filter'],
        pipeline: deletionPipeline(target, planned.id),
      }),
    );
    const result = await target.call<BulkWriteResult>('bulkWrite', operations, {
      ...sendingOptions(options),
      ordered,
    });
    run.noteClass(result);
    return result.matchedCount;
  } catch (error) {
    if (isInTransaction(options)) throw await repeatableIfHealed(target, [], { options, error });
    if (!isBulkError(error)) throw error;
    return null;
  }
}

/** Counts what it removes. Answers the ids of the deletes, once for each document that is gone. */
async function finishChunk(
  { target, run, options }: DeletingBulk,
  chunk: readonly PlannedDelete[],
): Promise<readonly Binary[]> {
  const all: Binary[] = [];
  const own = new Set(chunk.map(({ id }) => id.binary.toString('hex')));
  for await (const page of readMarked(target, { filter: filterOf(chunk), options })) {
    const marked = ownDeletions(page).filter(
      ({ deleting, pending }) => deleting && own.has(pending.toString('hex')),
    );
    const { removedCount, gone } = await finishDeletions(target, marked, options);
    run.addRemoved(removedCount);
    for (const { pending } of gone) all.push(pending);
  }
  return all;
}

/** By key where all deletes name one: that is the quickest everywhere. */
function filterOf(chunk: readonly PlannedDelete[]): Fields {
  const ids = chunk.map(({ specification: { filter, collation } }) => pinnedId(filter, collation));
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
      mark: async (pipeline, filter) => {
        const operations = [markOperation(planned, { filter, pipeline })];
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

function markOperation(
  { limit, specification }: PlannedDelete,
  { filter, pipeline }: { readonly filter: unknown; readonly pipeline: readonly Fields[] },
): object {
  const { collation, hint } = matchingOptions(specification);
  const operation = {
    ...{ filter, update: pipeline },
    ...(collation ? { collation } : {}),
    ...(hint ? { hint } : {}),
  };
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
