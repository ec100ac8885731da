import { type EngineParts } from '../engine/engine-parts.js';
import { type AtlasLink } from '../engine/atlas-link.js';
import { isAborted } from '../engine/is-aborted.js';
import { type Gate } from '../engine/gate.js';
import { type Markers } from '../engine/markers.js';
import { type Lane } from '../engine/lane.js';
import { Adopted, comparedIn } from './adopted.js';
import { type FullSyncScope, type FullSyncService, newRunId, type RunPlaces } from './full-sync-service.js';
import { everything, newRun, type RunRecord } from './run-record.js';

/** What the loop works on. */
export interface FullSyncLoopOptions extends RunPlaces {
  readonly link: AtlasLink;
  readonly service: FullSyncService;
  readonly markers: Markers;
  readonly lanes: { readonly compare: Lane; readonly operator: Lane };
  readonly hold: FullSyncScope['hold'];
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
  while (!isAborted(signal)) {
    const run = await slot.takeUp(epoch, clock.now());
    if (run) await carryOut(parts, options, run);
    else if (!(await beginScheduled(parts, options))) {
      await compareStale(parts, options);
      await parts.fullSyncDue.wait(clock, queue.scanIntervalMs, signal);
    }
  }
}

/** Puts a run into the place where the schedule says so; false where none is due. */
async function beginScheduled(
  { options: { clock, fullSync } }: EngineParts,
  { runs, slot }: FullSyncLoopOptions,
): Promise<boolean> {
  const nowMs = clock.now();
  const isDue = (everyMs: number, lastAtMs: number | null): boolean =>
    // A clock that was put back must not put the next run off by as much.
    lastAtMs === null || nowMs < lastAtMs || nowMs - lastAtMs >= everyMs;
  const begin = (changedOnly: boolean): Promise<boolean> =>
    slot.tryTake(newRun({ id: newRunId(), nowMs }, { ...everything, changedOnly, byEngine: false }));
  const { everyMs, changedEveryMs } = fullSync;
  if (everyMs !== null && isDue(everyMs, await runs.lastWholeAtMs())) return begin(false);
  if (changedEveryMs === null) return false;
  return isDue(changedEveryMs, await runs.lastWholeAtMs({ changedToo: true })) && begin(true);
}

/**
 * Where the operator has chosen a side, the fuse for unexplained deletions does not hold, and what is gone from Atlas is
 * put back there (`local`) or leaves Local (`atlas`).
 */
async function carryOut(parts: EngineParts, options: FullSyncLoopOptions, run: RunRecord): Promise<void> {
  const { link, lanes, hold, service, markers } = options;
  const { prefer, collections, isResync } = run.wish;
  const mark = markers.write.bind(markers);
  const scope: FullSyncScope = prefer
    ? { link, hold, mark, lane: lanes.operator, fuse: false, choice: { prefer, historyLost: false } }
    : { link, hold, mark, lane: lanes.compare, resumes: isResync };
  const onComplete = async (): Promise<void> => {
    if (!isResync) return;
    await parts.gone.accept(collections ?? undefined);
    for (const collection of collections ?? parts.capture.collections())
      await parts.pauses.resume({ collection });
    parts.pushDue.call();
    parts.chores.call();
  };
  await service.carryOut(scope, run, onComplete);
}

/** Collections whose pull was off, and is on again. */
async function compareStale(
  { pauses }: EngineParts,
  { service, link, lanes, hold }: FullSyncLoopOptions,
): Promise<void> {
  const adopted = new Adopted(link.localDb);
  for (const collection of await pauses.stale(link.collections)) {
    const scope = { link, hold, lane: lanes.compare, adopted: await adopted.load() };
    await pauses.whileComparing([collection], async () => {
      const ended = await service.run(scope, { collections: [collection] });
      await adopted.add(comparedIn(ended));
      return ended.isComplete;
    });
  }
}
