import {
  type CollectionReport,
  type DiffPlace,
  diffStart,
  type Direction,
  type DocumentKey,
  type FullSyncReport,
  type Side,
} from '@bomba/sync-core';

/** What a schedule begins: a run of everything, or of what has changed. */
export type ScheduledKind = 'whole' | 'changed';

/** What somebody asked of a run. */
export interface RunWish {
  readonly dryRun: boolean;
  /** Only what may have changed since the last one after which both sides were the same. */
  readonly changedOnly: boolean;
  /** Null: all that are synced. */
  readonly collections: readonly string[] | null;
  /** Null: both. */
  readonly direction: Direction | null;
  /** The side that the operator chose. */
  readonly prefer: Side | null;
  /** Whether collections that paused themselves go on after it. */
  readonly isResync: boolean;
  /** The schedule that began it; null: somebody asked for it. */
  readonly scheduled: ScheduledKind | null;
  /** Whether the engine needed it, and nobody waits for it: the next engine takes it up where it still needs it. */
  readonly byEngine: boolean;
}

/** All collections, both ways, by the rules of live sync. */
export const everything: Omit<RunWish, 'byEngine'> = {
  dryRun: false,
  changedOnly: false,
  collections: null,
  direction: null,
  prefer: null,
  isResync: false,
  scheduled: null,
};

/** How far a run has come. */
export interface RunPlace {
  readonly collection: string;
  /** Where to go on in it; null: it is compared to its end. */
  readonly next: DiffPlace | null;
  /** Keys before it that the engine's own comparison left open: who goes on with it holds them. Default: none. */
  readonly open?: readonly DocumentKey[];
  /** Keys before it that are gone from Atlas without a trace, and wait for the collection's fuse. Default: none. */
  readonly gone?: readonly DocumentKey[];
  /** What had been found by then: whoever goes on from here counts on from here. Default: nothing. */
  readonly reports?: readonly CollectionReport[];
}

/** A run as Local stores it: its report, and what another process needs to go on with it. */
export type RunRecord = FullSyncReport & {
  readonly wish: RunWish;
  readonly place: RunPlace | null;
  /** The opening of the stream that its place counts with; absent: one of its own id, or none. */
  readonly opening?: string | null;
  /** The lease's epoch of the process that works on it; null: nobody yet, or nobody any more. */
  readonly epoch: number | null;
  readonly isCancelled: boolean;
};

/** What everybody may see of a run. */
export function toReport(record: RunRecord): FullSyncReport {
  const { id, state, dryRun, startedAtMs, finishedAtMs, collections, error, progress = null, wish } = record;
  const { changedOnly } = wish;
  return { id, state, dryRun, changedOnly, startedAtMs, finishedAtMs, collections, error, progress };
}

/** A run that has yet to begin. */
export function newRun(
  { id, nowMs }: { readonly id: string; readonly nowMs: number },
  wish: RunWish,
): RunRecord {
  return {
    id,
    state: 'running',
    dryRun: wish.dryRun,
    startedAtMs: nowMs,
    finishedAtMs: null,
    collections: [],
    error: null,
    progress: null,
    wish,
    place: null,
    epoch: null,
    isCancelled: false,
  };
}

/** Whether a run counts with that opening of the stream: what it has compared is settled, or comes by the stream from there. */
export function countsWith({ id, opening = id }: Pick<RunRecord, 'id' | 'opening'>, asked: string): boolean {
  return opening === asked;
}

/** A run that was broken off, to be taken up. */
export function goingOn(record: RunRecord): RunRecord {
  return { ...record, state: 'running', finishedAtMs: null, error: null, epoch: null, isCancelled: false };
}

/** Where a run that has ended is gone on with: a collection whose fuse blew is compared anew, as somebody may have chosen since. */
export function placeAgain(place: RunPlace): RunPlace {
  const { collection, next, reports = [] } = place;
  const blown = reports.filter(({ fuseBlown = false }) => fuseBlown).map((report) => report.collection);
  if (blown.length === 0) return place;
  return {
    ...place,
    next: blown.includes(collection) ? diffStart : next,
    reports: reports.filter((report) => !blown.includes(report.collection)),
  };
}

/** Whether a run that has ended has found, or left, all that is synced the same on both sides. */
export function isClean({ wish, collections }: RunRecord): boolean {
  if (wish.collections !== null || wish.direction !== null) return false;
  return collections.every(
    ({ differentCount, repairedCount, paused = false }) => !paused && differentCount === repairedCount,
  );
}

/** Whether a run has come to an end that stands. */
export function hasEnded({ state, finishedAtMs }: Pick<FullSyncReport, 'state' | 'finishedAtMs'>): boolean {
  return state !== 'running' && (state !== 'interrupted' || finishedAtMs !== null);
}
