import { type Db } from 'mongodb';
import { vouchFor } from '../../audit/vouched-writes.js';
import { markMerge } from '../rewrite/merge-stage.js';
import { markOut } from '../rewrite/out-stage.js';
import { isInTransaction } from '../run/call-options.js';
import { isRefusal } from '../run/server-error.js';
import { type WriteId } from '../run/write-id.js';
import { type WriteTarget } from '../run/write-target.js';
import {
  type Aggregation,
  type AggregationTakeover,
  type SendAggregation,
} from '../seam/aggregation-cursor.js';
import { type ReplacementNote, Replacements } from './replacements.js';
import { type WritingStage, writingStageOf } from './writing-stage.js';

/** A synced collection that an aggregation writes to. */
export interface AggregationTarget {
  readonly target: WriteTarget;
  /** Its database. */
  readonly db: Db;
}

/** Finds the synced collection that a stage writes to; null where it is none. */
export type AggregationTargetFinder = (stage: WritingStage) => AggregationTarget | null;

/** Marks what aggregations write by `$merge` and `$out`. */
export function captureAggregation(find: AggregationTargetFinder): AggregationTakeover {
  return (aggregation, send) => {
    const stage = writingStageOf(aggregation.pipeline, aggregation.dbName);
    const found = stage && find(stage);
    if (!found) return null;
    const write = { ...found, aggregation, send, stage, id: found.target.ids.spread() };
    const sent = stage.operator === '$merge' ? merge(write) : replaceAll(write);
    return sent.finally(() => announce(write));
  };
}

interface WritingAggregation extends AggregationTarget {
  readonly aggregation: Aggregation;
  readonly send: SendAggregation;
  readonly stage: WritingStage;
  readonly id: WriteId;
}

/** The dirty index finds all that is marked; only what could not be marked is to be looked for. */
async function merge(write: WritingAggregation): Promise<unknown> {
  const { target, db, aggregation, send, stage, id } = write;
  const stages = markMerge(stage.specification, id.binary);
  if (stages) return send([...aggregation.pipeline.slice(0, -1), ...stages]);
  const replacements = new Replacements(db);
  await attempt(target, () => replacements.requestComparison(target.name));
  try {
    return await vouchFor(() => send(aggregation.pipeline));
  } finally {
    await attempt(target, () => replacements.requestComparison(target.name));
  }
}

/**
 * Keys and marks of the old content are set aside first: what the new content takes over keeps its base, and what is
 * gone is recorded as deleted. Where that fails, the application's stage runs all the same, and a comparison follows.
 */
async function replaceAll(write: WritingAggregation): Promise<unknown> {
  const { target, db, aggregation, send, id } = write;
  const pipelineWith = (marks: readonly object[]): readonly unknown[] => [
    ...aggregation.pipeline.slice(0, -1),
    ...marks,
    ...aggregation.pipeline.slice(-1),
  ];
  // A transaction may not do it: the server says so.
  if (isInTransaction({ session: aggregation.session })) return send(pipelineWith(markOut(id.binary, null)));
  const replacements = new Replacements(db);
  const note = await attempt(target, () => replacements.begin(target.name, id));
  const isBeside = note !== null && aggregation.dbName === db.databaseName;
  const marks = markOut(id.binary, isBeside ? note.before : null);
  let isOver = true;
  try {
    return await send(pipelineWith(marks));
  } catch (error) {
    isOver = isRefusal(error);
    throw error;
  } finally {
    // Of what may still be going on nobody knows the end: the lease holder settles it later.
    if (isOver || !note) await attempt(target, () => settle(replacements, target, note));
  }
}

function settle(
  replacements: Replacements,
  target: WriteTarget,
  note: ReplacementNote | null,
): Promise<void> {
  return note ? replacements.settle(target, note) : replacements.requestComparison(target.name);
}

async function attempt<Result>(target: WriteTarget, work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    target.report.missed(target.name, 'aggregate', error);
    return null;
  }
}

function announce({ target, id }: WritingAggregation): void {
  target.announcer.announce({ collection: target.name, ids: 'many', id: id.stamp }, {});
}
