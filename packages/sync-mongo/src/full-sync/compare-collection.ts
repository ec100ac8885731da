import {
  allDeletions,
  type ChosenSide,
  type DiffPage,
  diffPage,
  type DiffPlace,
  type DiffRules,
  type Direction,
  type DocumentKey,
  type EngineContext,
  type FirstWinner,
} from '@bomba/sync-core';
import { type AtlasLink } from '../engine/atlas-link.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { syncDefaults } from '../options/sync-defaults.js';
import { firstWinner } from './first-winner.js';
import { type FullSyncScope } from './full-sync-service.js';
import { type RunProgress } from './run-progress.js';
import { type RunWish } from './run-record.js';

/** How many keys are looked at, and settled, at once. */
export const PAGE_SIZE = 500;
/** How many documents are read of each side at once: over a thin line it is requests that take the time. */
const SCAN_SIZE = 1_000;

/** One collection of a run. */
export interface CollectionRun {
  readonly collection: string;
  readonly start: DiffPlace;
  readonly wish: RunWish;
  readonly progress: RunProgress;
  /** Only these are compared; null: all. */
  readonly keys: readonly DocumentKey[] | null;
}

/** How the comparison of a collection ended. */
export type CollectionEnd = 'complete' | 'cancelled' | 'too-many-unexplained-deletes';

/** Compares one collection for the engine itself: whatever differs is settled at once, or held. */
export async function compareCollection(
  parts: EngineParts,
  scope: FullSyncScope,
  at: CollectionRun,
): Promise<CollectionEnd> {
  const { collection, progress } = at;
  progress.enter(collection, 'comparing');
  const rules = await rulesOf(parts, scope, at);
  for (let place: DiffPlace | null = at.start; place;) {
    const page: DiffPage = await comparePage(scope, rules, place);
    progress.add(collection, page.counts);
    leaveOpen(scope, progress, [...page.open, ...progress.setAside(page.gone)]);
    if (page.isFuseBlown) {
      progress.takeAside();
      return 'too-many-unexplained-deletes';
    }
    place = page.next;
    if (place === null) leaveOpen(scope, progress, progress.takeAside());
    progress.reach({ collection, next: place });
    if (!(await progress.checkpoint({ isDue: place === null }))) return 'cancelled';
  }
  return 'complete';
}

function leaveOpen(
  { hold }: Pick<FullSyncScope, 'hold'>,
  progress: RunProgress,
  keys: readonly DocumentKey[],
): void {
  hold(keys);
  progress.leaveOpen(keys);
}

/**
 * Where something of a page cannot be pushed, it is compared without: it stays dirty, and push, which goes round what fails, meets it
 * once the comparison is over. Else one document would keep all others of the branch from being synced.
 */
async function comparePage(
  { lane, link }: FullSyncScope,
  rules: DiffRules,
  place: DiffPlace,
): Promise<DiffPage> {
  try {
    return await lane.run(diffPage(lane.context, rules, place));
  } catch (error) {
    const { code } = mapMongoError(error, 'atlas');
    if (link.signal.aborted || code === 'SYNC_CONN_UNREACHABLE') throw error;
    return lane.run(diffPage({ ...lane.context, mayPush: () => false }, rules, place));
  }
}

/** A dry run changes nothing, not even what is paused: its fuse cannot blow. */
export async function rulesOf(
  parts: EngineParts,
  { link, lane, fuse = true, choice, adopted, isPullWaiting = false }: FullSyncScope,
  { collection, wish, keys }: CollectionRun,
): Promise<DiffRules> {
  // Keys that are named are looked at one by one.
  const deletions = keys ? null : await lane.run(allDeletions(collection));
  return {
    collection,
    pageSize: PAGE_SIZE,
    scanSize: SCAN_SIZE,
    deletions,
    dryRun: wish.dryRun,
    ...(choice && { choice }),
    ...(adopted && !adopted.has(collection) && { first: firstOf(parts, choice) }),
    ...(isPullWaiting && { isPullWaiting }),
    maxUnexplainedDeletes:
      fuse && !wish.dryRun ? await fuseOf(parts, link, collection) : Number.POSITIVE_INFINITY,
  };
}

/** Of what was never synced, the side that the operator chose counts as well. */
function firstOf({ options: { firstSync } }: EngineParts, choice?: ChosenSide): FirstWinner {
  return choice ? () => choice.prefer : firstWinner(firstSync);
}

/** How many documents may be gone from Atlas without a trace. */
async function fuseOf(
  { options: { maxUnexplainedDeletes } }: EngineParts,
  { localDb }: AtlasLink,
  collection: string,
): Promise<number> {
  if (maxUnexplainedDeletes !== null) return maxUnexplainedDeletes;
  const { minimumCount, share } = syncDefaults.unexplainedDeletes;
  return Math.max(minimumCount, (await localDb.collection(collection).estimatedDocumentCount()) * share);
}

/** Pushes nothing, or changes nothing of Local's content, where one direction is asked for. */
export function oneWay(context: EngineContext, direction: Direction | null): EngineContext {
  if (direction === 'atlas-to-local') return { ...context, mayPush: () => false };
  if (direction === null) return context;
  return { ...context, rulesFor: (key) => ({ ...context.rulesFor(key), oneWay: true }) };
}
