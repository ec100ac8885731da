import {
  addCounts,
  type Clock,
  type CollectionReport,
  type DiffCounts,
  type DifferenceKind,
  type DifferenceSample,
  type DocumentKey,
  type FullSyncProgress,
  type FullSyncReport,
  SyncError,
} from '@bomba/sync-core';
import { doneIn, Pace } from './pace.js';
import { type StructureDifferences } from './compare-structure.js';
import { isClean, type RunPlace, type RunRecord, toReport } from './run-record.js';
import { type RunStore } from './run-store.js';

/** Of each kind, in each collection. */
const MAX_SAMPLES = 5;

/** More of what is held is not remembered. */
const MAX_HELD = 1_000;

/** More keys that were left open, or are gone from Atlas, are not remembered. */
const MAX_OPEN = 1_000;

/**
 * So many keys that are gone from Atlas wait for the end of their collection, and no more: they take memory, and whoever looks
 * at all of them then is to have room for others.
 */
const MAX_ASIDE = 40_000;

/** How often a run under way is written down. */
const SAVE_INTERVAL_MS = 250;

/** What the progress of a run is told by. */
export interface ProgressOptions {
  readonly runs: RunStore;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** The lease's epoch of this process. */
  readonly epoch: number;
  /** Told of each report that is written down. */
  readonly onReport: (report: FullSyncReport) => void;
}

/** A run as its process sees it: what it has found, how far it has come, and whether it is to go on. */
export class RunProgress {
  readonly #options: ProgressOptions;
  readonly #collections: Map<string, CollectionReport>;
  #run: RunRecord;
  #pace: Pace | null = null;
  #at: Pick<FullSyncProgress, 'collection' | 'phase'> = { collection: null, phase: 'comparing' };
  #savedAtMs = -Infinity;
  readonly #held = new Set<DocumentKey>();
  readonly #open: Set<DocumentKey>;
  #gone: DocumentKey[];
  #isUnsure = false;

  constructor(run: RunRecord, options: ProgressOptions) {
    this.#run = run;
    this.#open = new Set(run.place?.open);
    this.#gone = [...(run.place?.gone ?? [])];
    this.#options = options;
    const found = run.place?.reports ?? [];
    this.#collections = new Map(found.map((report) => [report.collection, report]));
  }

  get id(): string {
    return this.#run.id;
  }

  get report(): FullSyncReport {
    return toReport(this.#run);
  }

  get place(): RunPlace | null {
    return this.#run.place;
  }

  /**
   * The keys that are not the same on both sides as they wait in quarantine, where all others are, for all that this run has
   * found and repaired; null where others are not, or may not be, or these are too many.
   */
  get onlyHeld(): readonly DocumentKey[] | null {
    return !this.#isUnsure && isClean(this.#run) && this.#held.size <= MAX_HELD ? [...this.#held] : null;
  }

  /** Waits in quarantine, and stays as it is. */
  leaveHeld(key: DocumentKey): void {
    if (this.#held.size <= MAX_HELD) this.#held.add(key);
  }

  /** What counts as in flight may be a difference. */
  leaveUnsure(): void {
    this.#isUnsure = true;
  }

  /** Everything is compared, and not only what has changed. */
  async widen(): Promise<void> {
    this.#run = { ...this.#run, wish: { ...this.#run.wish, changedOnly: false } };
    await this.#options.runs.widen(this.#run.id, this.#options.epoch);
  }

  /** About how many keys each collection has. */
  expect(counts: ReadonlyMap<string, number>): void {
    this.#pace = new Pace(this.#options.clock, { counts, alreadyDone: doneIn(this.#collections) });
  }

  /** What is worked on now. */
  enter(collection: string, phase: FullSyncProgress['phase']): void {
    this.#at = { collection, phase };
  }

  /** Adds what a page has shown. */
  add(collection: string, counts: Partial<DiffCounts>): void {
    const before = this.#collections.get(collection) ?? { collection, ...NO_COUNTS };
    this.#set({ ...before, ...addCounts(before, { ...NO_COUNTS, ...counts }) });
  }

  /** Adds a difference, with a sample of it where there are few of its kind. */
  found(collection: string, kind: DifferenceKind, sample: () => DifferenceSample): void {
    const before = this.#collections.get(collection) ?? { collection, ...NO_COUNTS };
    const { kinds = {}, samples = [] } = before;
    const count = kinds[kind] ?? 0;
    const isDifferent = isCounted(kind);
    this.#set({
      ...before,
      ...addCounts(before, { ...NO_COUNTS, differentCount: isDifferent ? 1 : 0 }),
      kinds: { ...kinds, [kind]: count + 1 },
      samples: count < MAX_SAMPLES ? [...samples, sample()] : samples,
    });
  }

  /** The collection is paused: it is compared, and nothing is changed. */
  paused(collection: string): void {
    this.#set({ ...(this.#collections.get(collection) ?? { collection, ...NO_COUNTS }), paused: true });
  }

  /** It paused itself, before it was compared to its end. */
  fuseBlown(collection: string): void {
    this.paused(collection);
    this.#set({ ...(this.#collections.get(collection) ?? { collection, ...NO_COUNTS }), fuseBlown: true });
  }

  /** Adds how the collection itself differs. */
  structure(collection: string, { indexes, options }: StructureDifferences): void {
    const before = this.#collections.get(collection) ?? { collection, ...NO_COUNTS };
    this.#set({ ...before, indexes, options });
  }

  #set(report: CollectionReport): void {
    this.#collections.set(report.collection, report);
    this.#run = { ...this.#run, collections: [...this.#collections.values()] };
  }

  /** Not settled, and held by the engine until it is. */
  leaveOpen(keys: readonly DocumentKey[]): void {
    for (const key of keys) this.#open.add(key);
  }

  /**
   * Gone from Atlas without a trace: left as they are until the collection has been compared to its end. Returns those for
   * which there is no room.
   */
  setAside(keys: readonly DocumentKey[]): readonly DocumentKey[] {
    const room = MAX_ASIDE - this.#gone.length;
    this.#gone.push(...keys.slice(0, room));
    return keys.slice(room);
  }

  /** What was set aside in this collection; from now on nothing is. */
  takeAside(): readonly DocumentKey[] {
    const gone = this.#gone;
    this.#gone = [];
    return gone;
  }

  /**
   * Everything before this place is settled, but for what was left open or set aside: a process that goes on with the run
   * begins here. A place that would leave too many is not reached.
   */
  reach(place: RunPlace | null): void {
    if (this.#open.size + this.#gone.length > MAX_OPEN) return;
    const open = this.#open.size > 0 ? { open: [...this.#open] } : {};
    const gone = this.#gone.length > 0 ? { gone: [...this.#gone] } : {};
    const reports = [...this.#collections.values()];
    this.#run = { ...this.#run, place: place && { ...place, ...open, ...gone, reports } };
  }

  /** Writes the run down where that is due; false where it was cancelled. Throws SYNC_LEASE_LOST. */
  async checkpoint({ isDue = false }: { readonly isDue?: boolean } = {}): Promise<boolean> {
    const nowMs = this.#options.clock.monotonic();
    if (!isDue && nowMs - this.#savedAtMs < SAVE_INTERVAL_MS) return true;
    this.#savedAtMs = nowMs;
    return (await this.#save()) === 'go-on';
  }

  /** Writes down how it ended; `interrupted`: it waits to be gone on with. Answers whether it was cancelled meanwhile. */
  async end(
    state: Exclude<FullSyncReport['state'], 'running'>,
    error: SyncError | null = null,
  ): Promise<'go-on' | 'cancelled'> {
    const finishedAtMs = state === 'interrupted' ? null : this.#options.clock.now();
    this.#run = { ...this.#run, state, finishedAtMs, error: error && describe(error) };
    return this.#save();
  }

  async #save(): Promise<'go-on' | 'cancelled'> {
    const { runs, epoch, onReport } = this.#options;
    const isRunning = this.#run.state === 'running';
    const progress = isRunning && this.#pace ? this.#pace.tell(this.#at, this.#collections) : null;
    this.#run = { ...this.#run, progress };
    const { id, state, finishedAtMs, collections, error, place } = this.#run;
    const answer = await runs.save(id, epoch, { state, finishedAtMs, collections, error, place, progress });
    if (answer === 'lost')
      throw new SyncError('SYNC_LEASE_LOST', 'Another process goes on with this full sync.');
    onReport(this.report);
    return answer;
  }
}

/** What live sync is carrying, and what waits in quarantine, is no difference to be repaired. */
export function isCounted(kind: DifferenceKind): boolean {
  return kind !== 'in-flight' && kind !== 'held';
}

function describe({ code, message, context }: SyncError): NonNullable<FullSyncReport['error']> {
  const side = context['side'];
  return { code, message, side: side === 'local' || side === 'atlas' ? side : null };
}

const NO_COUNTS: DiffCounts = { comparedCount: 0, differentCount: 0, repairedCount: 0 };
