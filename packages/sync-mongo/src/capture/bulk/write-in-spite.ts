import { type BulkWriteResult, type MongoBulkWriteError } from 'mongodb';
import { vouchFor } from '../../audit/vouched-writes.js';
import { optionsOf } from '../run/call-options.js';
import { healSpoiled } from '../run/heal-spoiled.js';
import { isInvalid, isPathRefused, mayBeOfTheMark } from '../run/server-error.js';
import { type WriteTarget } from '../run/write-target.js';
import { bareOperation } from './bare-operation.js';
import { BulkRun, isBulkError } from './bulk-run.js';
import { plannedInserts } from './planned-inserts.js';
import { matchingOf, originalOf, type PlannedWrite, type SentWrite } from './planned-operation.js';
import { triedAgain } from './tried-again.js';

/** A bulk of marked writes. */
export interface MarkedBulk {
  readonly target: WriteTarget;
  readonly writes: readonly PlannedWrite[];
  readonly options: unknown;
}

/** True where the mark alone may be why the server refused an operation of a bulk that it would else have done. */
export function isRefusedForMarks(error: unknown, options: unknown): error is MongoBulkWriteError {
  if (!isBulkError(error)) return false;
  const [first, ...others] = [error.writeErrors].flat();
  const counting = optionsOf(options)['ordered'] !== false ? [first] : [first, ...others];
  return counting.some(mayBeOfTheMark);
}

/**
 * Goes on with a bulk where the mark alone may be why the server refused operations: after what is in their way is
 * healed, or without marks. Gives the result or the error that the application would have got.
 */
export async function writeInSpite(
  { target, writes, options }: MarkedBulk,
  error: MongoBulkWriteError,
): Promise<BulkWriteResult> {
  const ordered = optionsOf(options)['ordered'] !== false;
  const run = new BulkRun(ordered, plannedInserts(writes, options));
  const bulk: Continued = { target, run, options, ordered, tried: new Set() };
  let left = settle(bulk, writes, error);
  if (left.refused.some(({ error: refusal }) => isPathRefused(refusal))) {
    const all = [...left.refused.map(({ write }) => write), ...left.untried];
    const healedCount = await healSpoiled(target, all.flatMap(matchingOf), options);
    if (healedCount > 0) left = await send(bulk, all.map(asMarked));
  }
  while (left.refused.length > 0 && !run.isOver()) left = await sendUnmarked(bulk, left);
  return run.finish();
}

interface Continued {
  readonly target: WriteTarget;
  readonly run: BulkRun;
  readonly options: unknown;
  readonly ordered: boolean;
  /** Operations that the server has refused before: one for many documents may have written some of them. */
  readonly tried: Set<PlannedWrite>;
}

/** What is still to be done. */
interface Left {
  /** Refused for their marks: in order the first, without an order all. */
  readonly refused: readonly { readonly write: PlannedWrite; readonly error: unknown }[];
  /** In order, those behind it. */
  readonly untried: readonly PlannedWrite[];
}

const NOTHING: Left = { refused: [], untried: [] };

/** The others go on with their marks, but where a validator refused one: it refuses all. */
async function sendUnmarked(bulk: Continued, { refused, untried }: Left): Promise<Left> {
  const { target, run } = bulk;
  await send(
    bulk,
    refused.map(({ write, error }) => (isInvalid(error) ? asBare(write) : asAsked(write))),
  );
  if (run.isOver()) return NOTHING;
  const invalid = refused.find(({ error }) => isInvalid(error));
  target.report.missed(target.name, 'bulkWrite', (invalid ?? refused[0])?.error);
  if (invalid) target.refusal.note();
  if (untried.length === 0) return NOTHING;
  return send(bulk, untried.map(invalid ? asBare : asMarked));
}

const asMarked = (write: PlannedWrite): SentWrite => ({ write, operation: write.operation, isMarked: true });
const asAsked = (write: PlannedWrite): SentWrite => ({ write, operation: write.asked, isMarked: false });
const asBare = (write: PlannedWrite): SentWrite => ({
  ...{ write, operation: bareOperation(write.asked), isMarked: false },
});

async function send(bulk: Continued, sent: readonly SentWrite[]): Promise<Left> {
  const { target, run, options, tried } = bulk;
  const prepared = await triedAgain(target, { sent, tried, options });
  const writes = sent.map(({ write }) => write);
  const countEarlier = (isDone: (index: number) => boolean): void =>
    prepared.forEach(({ writtenCount }, index) => isDone(index) && run.addUpdated(writtenCount));
  try {
    const operations = prepared.map(({ operation }) => operation);
    const call = (): Promise<BulkWriteResult> => target.call('bulkWrite', operations, options);
    const isUnmarked = sent.some(({ isMarked }) => !isMarked);
    run.addResult(await (isUnmarked ? vouchFor(call) : call()), partOf(writes));
    countEarlier(() => true);
    return NOTHING;
  } catch (error) {
    if (!isBulkError(error)) {
      run.addError(error, partOf(writes));
      return NOTHING;
    }
    const failed = [error.writeErrors].flat().map(({ index }) => index);
    countEarlier((index) => (bulk.ordered ? index < (failed[0] ?? 0) : !failed.includes(index)));
    const isMarked = (index: number): boolean => sent[index]?.isMarked === true;
    return settle(bulk, writes, error, isMarked);
  }
}

/** Counts what was done, keeps the errors that stay, and answers what is left. */
function settle(
  { run, ordered, tried }: Continued,
  writes: readonly PlannedWrite[],
  error: MongoBulkWriteError,
  isMarked: (index: number) => boolean = () => true,
): Left {
  const mayTryAgain = ({ code, index }: { readonly code?: unknown; readonly index: number }): boolean =>
    isMarked(index) && mayBeOfTheMark({ code });
  const refused = [error.writeErrors].flat().filter(mayTryAgain);
  const [first] = refused;
  const again = refused.flatMap((refusal) => {
    const write = writes[refusal.index];
    return write ? [{ write, error: { name: 'MongoBulkWriteError', code: refusal.code } }] : [];
  });
  for (const { write } of again) tried.add(write);
  run.addDone(error, partOf(writes), (failure) => !mayTryAgain(failure));
  return { refused: again, untried: ordered && first ? writes.slice(first.index + 1) : [] };
}

function partOf(writes: readonly PlannedWrite[]): Parameters<BulkRun['addResult']>[1] {
  return {
    placeOf: (index) => writes[index]?.index ?? index,
    originalOf: (index, operation) => originalOf(writes[index], operation),
  };
}
