import { type BulkWriteResult } from 'mongodb';
import { isUnacknowledged, optionsOf } from '../run/call-options.js';
import { type CaptureForm } from '../run/write-call.js';
import { type WriteTarget } from '../run/write-target.js';
import { BulkRun } from './bulk-run.js';
import { deleteTogether } from './delete-together.js';
import {
  type PlannedDelete,
  type PlannedOperation,
  type PlannedReplacement,
  type PlannedWrite,
} from './planned-operation.js';
import { plannedInserts } from './planned-inserts.js';
import { planBulk } from './plan-bulk.js';
import { replaceTogether } from './replace-together.js';
import { type Segment, segmentsOf } from './segments.js';
import { writeTogether } from './write-together.js';

/** Marks what a bulk writes, each operation with an id of its own. */
export const bulkWrite: CaptureForm = ({ target, args: [operations, options] }) => {
  if (!Array.isArray(operations) || operations.length === 0) return null;
  const plan = planBulk(operations, { collection: target.name, ids: target.ids });
  const id = plan?.at(-1)?.id;
  if (!plan || !id) return null;
  return carryOut(target, plan, options).finally(() =>
    target.announcer.announce({ collection: target.name, ids: 'many', id: id.stamp }, options),
  );
};

function carryOut(
  target: WriteTarget,
  plan: readonly PlannedOperation[],
  options: unknown,
): Promise<BulkWriteResult> {
  const writes = plan.filter((planned) => planned.form === 'write');
  return writes.length === plan.length
    ? writeTogether({ target, writes, options })
    : carryOutInParts(target, plan, options);
}

async function carryOutInParts(
  target: WriteTarget,
  plan: readonly PlannedOperation[],
  options: unknown,
): Promise<BulkWriteResult> {
  const ordered = optionsOf(options)['ordered'] !== false;
  const run = new BulkRun(ordered, plannedInserts(plan, options));
  for (const segment of segmentsOf(plan, ordered)) {
    if (run.isOver()) break;
    await carryOutSegment(segment, { target, run, options, ordered });
  }
  return run.finish({ isUnacknowledged: isUnacknowledged(options) });
}

interface PartlyDone {
  readonly target: WriteTarget;
  readonly run: BulkRun;
  readonly options: unknown;
  readonly ordered: boolean;
}

async function carryOutSegment(segment: Segment, bulk: PartlyDone): Promise<void> {
  switch (segment[0].form) {
    case 'write':
      return writeSegment(segment as readonly PlannedWrite[], bulk);
    case 'replace':
      return replaceTogether(bulk, segment as readonly PlannedReplacement[]);
    case 'delete':
      return deleteTogether(bulk, segment as readonly PlannedDelete[]);
  }
}

async function writeSegment(
  writes: readonly PlannedWrite[],
  { target, run, options }: PartlyDone,
): Promise<void> {
  const part = {
    placeOf: (index: number) => writes[index]?.index ?? index,
    originalOf: (_: number, operation: unknown) => operation,
  };
  try {
    run.addResult(await writeTogether({ target, writes, options }), part);
  } catch (error) {
    run.addError(error, part);
  }
}
