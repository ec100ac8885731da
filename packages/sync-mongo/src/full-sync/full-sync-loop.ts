import { type FullSyncReport, isSyncError } from '@bomba/sync-core';
import { type EngineParts } from '../engine/engine-parts.js';
import { type AtlasLink } from '../engine/atlas-link.js';
import { isAborted } from '../engine/is-aborted.js';
import { type Gate } from '../engine/gate.js';
import { type Markers } from '../engine/markers.js';
import { type Lane } from '../engine/lane.js';
import { Adopted } from './adopted.js';
import { type FullSyncScope, type FullSyncService, newRunId, type RunPlaces } from './full-sync-service.js';
import { everything, newRun, type RunRecord, type ScheduledKind } from './run-record.js';
import { RunSchedule } from './run-schedule.js';
import { type RunSlot } from './run-slot.js';
import { type KeyHolder, StaleCollections } from './stale-collections.js';

/** What the loop works on. */
export interface FullSyncLoopOptions extends RunPlaces {
  readonly link: AtlasLink;
  readonly service: FullSyncService;
  readonly markers: Markers;
  readonly lanes: { readonly compare: Lane; readonly resume: Lane; readonly operator: Lane };
  readonly processor: KeyHolder;
  /** Open once push may go on: one comparison at a time, and the engine's own comes first. */
  readonly ready: Gate;
}

/**
 * Works on the full syncs that any process of the branch asked for, and on what the last holder of the lease left
 * unfinished, as long as the connection lasts; in between on collections whose events were passed over.
 */
export async function fullSyncLoop(parts: EngineParts, options: FullSyncLoopOptions): Promise<void> {
  const { link, runs, slot, ready } = options;
  const { clock, queue } = parts.options;
  const { epoch, signal } = link;
  await ready.opened(signal);
  if (isAborted(signal)) return;
  await runs.interruptDead({ except: await slot.waiting(), epoch, nowMs: clock.now() });
  const schedule = new RunSchedule(link.localDb, clock);
  const adopted = new Adopted(link.localDb);
  const stale = new StaleCollections(parts.pauses, { ...options, lane: options.lanes.compare, adopted });
  while (!isAborted(signal)) {
    const run = await slot.takeUp(epoch, clock.now());
    if (run) {
      await carryOut(parts, options, run);
      const ended = await runs.load(run.id);
      if (ended) await schedule.ended(ended);
    } else if (!(await beginScheduled(parts, options, schedule))) {
      await stale.compare();
      await parts.fullSyncDue.wait(clock, queue.scanIntervalMs, signal);
    }
  }
}

/** Puts a run into the place where the schedule says so; false where none is due. */
async function beginScheduled(
  { options: { clock, fullSync } }: EngineParts,
  { slot }: FullSyncLoopOptions,
  schedule: RunSchedule,
): Promise<boolean> {
  const begin = async (kind: ScheduledKind, everyMs: number | null): Promise<boolean> => {
    const due = everyMs === null ? null : await schedule.due(kind, everyMs);
    if (!due) return false;
    if (due.resume !== null && (await goesOn(slot, due.resume, kind))) return true;
    const wish = { ...everything, changedOnly: kind === 'changed', byEngine: false, scheduled: kind };
    return slot.tryTake(newRun({ id: newRunId(), nowMs: clock.now() }, wish));
  };
  return (await begin('whole', fullSync.everyMs)) || begin('changed', fullSync.changedEveryMs);
}

/** False where the place is taken, or that run cannot be gone on with. */
async function goesOn(slot: RunSlot, runId: string, kind: ScheduledKind): Promise<boolean> {
  try {
    await slot.askAgain(runId, kind);
    return true;
  } catch (error) {
    if (isSyncError(error, 'SYNC_NOT_FOUND') || isSyncError(error, 'SYNC_FULL_RUNNING')) return false;
    throw error;
  }
}

/**
 * Works on a run that somebody asked for; where that was to sync anew, what is paused goes on once all was compared: what was
 * named, whoever had paused it; of all collections those that paused themselves.
 */
async function carryOut(parts: EngineParts, options: FullSyncLoopOptions, run: RunRecord): Promise<void> {
  const { collections, isResync } = run.wish;
  if (isResync) await parts.pauses.refresh();
  const onComplete = async (report: FullSyncReport): Promise<void> => {
    if (!isResync) return;
    const isLeft = (name: string): boolean =>
      report.collections.some(({ collection, paused = false }) => paused && collection === name);
    const settled = (collections ?? parts.capture.collections()).filter((name) => !isLeft(name));
    await parts.gone.accept(settled);
    for (const collection of settled) {
      if (collections) await parts.pauses.resume({ collection });
      else await parts.pauses.resumeItself(collection);
    }
    parts.pushDue.call();
    parts.chores.call();
  };
  await options.service.carryOut(await scopeOf(options, run), run, onComplete);
}

/**
 * Where the operator has chosen a side, the fuse for unexplained deletions does not hold, and what is gone from Atlas is
 * put back there (`local`) or leaves Local (`atlas`).
 */
async function scopeOf(
  { link, lanes, processor, markers }: FullSyncLoopOptions,
  { wish: { prefer, isResync, collections } }: RunRecord,
): Promise<FullSyncScope> {
  const hold = processor.hold.bind(processor);
  const common = { link, hold, mark: markers.write.bind(markers) };
  if (!isResync) return { ...common, lane: lanes.compare };
  // One that was paused since its first start has yet to meet Atlas.
  const adopted = await new Adopted(link.localDb).load();
  const anew = { ...common, adopted, leavesPaused: collections === null };
  if (!prefer) return { ...anew, lane: lanes.resume, resumes: true };
  return { ...anew, lane: lanes.operator, fuse: false, choice: { prefer, historyLost: false } };
}
