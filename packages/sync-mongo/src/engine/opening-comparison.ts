import { type Db } from 'mongodb';
import { type Pauses } from '../control/pauses.js';
import { failingAs } from '../errors/map-mongo-error.js';
import { type FullSyncScope, type FullSyncService, type RunPlaces } from '../full-sync/full-sync-service.js';
import { notBegun } from '../full-sync/remaining.js';
import { countsWith } from '../full-sync/run-record.js';
import { type RunStore } from '../full-sync/run-store.js';
import { type InstanceBeat } from '../instance/instance-beat.js';
import { atlasIsRestored } from '../instance/identify-sides.js';
import { type RestoreChoice, RestoredAtlas } from '../instance/restored-atlas.js';
import { isOpening } from '../position/own-position.js';
import { type Opening, type Position } from '../position/position-store.js';

/** What both sides are compared with before push opens. */
export interface OpeningOptions
  extends Pick<FullSyncScope, 'link' | 'lane' | 'hold'>, Pick<RunPlaces, 'runs'> {
  readonly fullSync: FullSyncService;
  readonly localDb: Db;
  /** Collections that were compared with Atlas before. */
  readonly adopted: ReadonlySet<string>;
}

/**
 * Whether a collection meets Atlas for the first time. What other branches write then must not meet what this one has yet to
 * compare: nothing is pulled before that is done.
 */
export function isFirstStart(collections: readonly string[], adopted: ReadonlySet<string>): boolean {
  return collections.some((collection) => !adopted.has(collection));
}

/**
 * Compares both sides where there is no position of use: then no collection is stale any more. It goes on from where this
 * comparison was broken off, as the stream does from where it was opened then.
 */
export async function compareAtOpening(
  pauses: Pauses,
  { fullSync, runs, runId, link, lane, hold, adopted }: OpeningOptions & { readonly runId: string },
): Promise<void> {
  const { collections } = link;
  const compare = async (): Promise<boolean> => {
    const scope = { link, lane, hold, adopted, isPullWaiting: isFirstStart(collections, adopted) };
    const { isComplete } = await fullSync.run(scope, { id: runId, opening: runId });
    return isComplete;
  };
  // What was compared before, and became stale since, stays so.
  const unseen = await failingAs(
    'local',
    runs.load(runId).then((run) => notBegun(run, collections)),
  );
  await failingAs('local', pauses.whileComparing(unseen, compare));
}

/**
 * Where the stream opens while a choice is due: where it did for this one, so that its comparison can be gone on with. Null:
 * that was not begun yet, and what else was saved is of the Atlas of before.
 */
export async function placeForChoice(
  { runId }: RestoreChoice,
  own: Position | Opening | null,
  runs: Pick<RunStore, 'load'>,
): Promise<Opening | null> {
  if (!own || !isOpening(own)) return null;
  const run = await runs.load(runId);
  return run && countsWith(run, own.runId) ? own : null;
}

/**
 * Compares both sides by what the operator chose. It goes on from where this was broken off, as {@link compareAtOpening} does.
 * Throws SYNC_ATLAS_RESTORED where it was cancelled: what was settled stays so, and another choice is due; SYNC_STREAM_INTERRUPTED
 * where Atlas is not what it was.
 */
export async function carryOut(
  choice: RestoreChoice,
  {
    fullSync,
    runs,
    opening,
    beat,
    link,
    lane,
    hold,
    localDb,
  }: OpeningOptions & { readonly opening: string | null; readonly beat: Pick<InstanceBeat, 'check'> },
): Promise<void> {
  const { prefer, runId } = choice;
  const scope = { link, lane, hold, fuse: false, choice: { prefer, historyLost: true } };
  const restored = new RestoredAtlas(localDb);
  // Somebody may have cancelled it when its connection, or its process, was about to end.
  const isCancelled = (await failingAs('local', runs.load(runId)))?.isCancelled === true;
  const report = isCancelled ? null : (await fullSync.run(scope, { id: runId, opening })).report;
  if (report === null || report.state === 'cancelled') {
    await failingAs('local', restored.cancelled(choice));
    throw atlasIsRestored();
  }
  // What was settled with an Atlas that was restored meanwhile, under a connection that outlived it, is not.
  await failingAs('atlas', beat.check());
  await restored.settled(choice);
}
