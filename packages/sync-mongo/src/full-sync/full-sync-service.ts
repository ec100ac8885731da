import {
  type ChosenSide,
  type CollectionReport,
  diffCollection,
  type DocumentKey,
  type FullSyncOptions,
  type FullSyncReport,
  SyncError,
} from '@bomba/sync-core';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { type AtlasLink } from '../engine/atlas-link.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { type Lane } from '../engine/lane.js';
import { systemRandom } from '../system/system-random.js';
import { syncDefaults } from '../options/sync-defaults.js';
import { type RunStore } from './run-store.js';

const PAGE_SIZE = 500;

/** A run's result, and the keys that are to be looked at again. */
export interface FullSyncOutcome {
  readonly report: FullSyncReport;
  readonly open: readonly DocumentKey[];
  /** False where a collection was not compared to its end. */
  readonly isComplete: boolean;
}

/** What a run works over. */
export interface FullSyncScope {
  readonly link: AtlasLink;
  readonly lane: Lane;
  /** Whether the fuse for unexplained deletions holds. Default true. */
  readonly fuse?: boolean;
  /** The side that the operator chose. */
  readonly choice?: ChosenSide;
  /** What is paused goes on after this run, so pauses do not hold it up. Default false. */
  readonly resumes?: boolean;
  /** The run's id, where somebody waits for it. Default: a new one. */
  readonly runId?: string;
}

/** Compares both sides, collection by collection, and hands what differs to the protocol. One run at a time. */
export class FullSyncService {
  readonly #parts: EngineParts;
  readonly #runs: RunStore;
  #isRunning = false;

  constructor(parts: EngineParts, runs: RunStore) {
    this.#parts = parts;
    this.#runs = runs;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Throws SYNC_FULL_RUNNING, SYNC_NOT_FOUND for an unknown collection; a run that fails is recorded and thrown. */
  async run(scope: FullSyncScope, options: FullSyncOptions = {}): Promise<FullSyncOutcome> {
    if (this.#isRunning) throw new SyncError('SYNC_FULL_RUNNING', 'A full sync is running already.');
    const collections = this.#choose(scope, options);
    this.#isRunning = true;
    try {
      return await this.#compareAll(scope, { ...options, collections });
    } finally {
      this.#isRunning = false;
    }
  }

  #choose({ link }: FullSyncScope, { collections }: FullSyncOptions): readonly string[] {
    const unknown = collections?.filter((name) => !link.collections.includes(name)) ?? [];
    if (unknown.length > 0) throw new SyncError('SYNC_NOT_FOUND', `Not synced: ${unknown.join(', ')}.`);
    return collections ?? link.collections;
  }

  async #compareAll(
    scope: FullSyncScope,
    options: FullSyncOptions & { readonly collections: readonly string[] },
  ): Promise<FullSyncOutcome> {
    const progress = new Progress(this.#parts, { ...options, id: scope.runId ?? newRunId() });
    const open: DocumentKey[] = [];
    let isComplete = true;
    await progress.publish(this.#runs, options);
    try {
      if (!scope.choice) await this.#parts.gone.check();
      for (const collection of options.collections) {
        const result = await this.#compare(scope, { collection, options, progress });
        open.push(...result.open);
        isComplete &&= result.ended === 'complete' && !result.isPaused;
        if (result.ended === 'too-many-unexplained-deletes') await this.#blowFuse(collection);
        if (result.ended === 'stopped') progress.end('cancelled');
        await progress.publish(this.#runs, options);
        if (result.ended === 'stopped') break;
      }
      progress.end('completed');
    } catch (error) {
      progress.end('failed', mapMongoError(error, 'atlas'));
      throw error;
    } finally {
      await progress.publish(this.#runs, options).catch(() => undefined);
    }
    return { report: progress.report, open, isComplete };
  }

  async #compare(
    { link, lane, fuse = true, choice, resumes = false }: FullSyncScope,
    at: { readonly collection: string; readonly options: FullSyncOptions; readonly progress: Progress },
  ): Promise<Awaited<ReturnType<typeof runDiff>> & { readonly isPaused: boolean }> {
    const { collection, options, progress } = at;
    const { pauses } = this.#parts;
    const isPaused = !choice && !resumes && pauses.isWhollyPaused(collection);
    // Nothing may be changed now, and nothing found now need be so later: it is compared again when it goes on.
    if (isPaused && !options.dryRun) await pauses.markStale(collection);
    const count = await link.localDb.collection(collection).estimatedDocumentCount();
    const { minimumCount, share } = syncDefaults.unexplainedDeletes;
    const limit = this.#parts.options.maxUnexplainedDeletes ?? Math.max(minimumCount, count * share);
    const result = await runDiff(lane, {
      collection,
      dryRun: isPaused || (options.dryRun ?? false),
      ...(choice && { choice }),
      maxUnexplainedDeletes: fuse ? limit : Number.POSITIVE_INFINITY,
      onPage: (counts) => {
        progress.update({ collection, ...counts, ...(isPaused && { paused: true }) });
        options.onProgress?.(progress.report);
        return options.signal?.aborted !== true;
      },
    });
    return { ...result, isPaused };
  }

  /** More documents are gone from Atlas than anybody is likely to have deleted: the operator chooses. */
  async #blowFuse(collection: string): Promise<void> {
    const { pauses, options } = this.#parts;
    await pauses.markStale(collection);
    await pauses.pause({ collection });
    options.logger.error('too many documents are gone from Atlas without a trace; paused: choose by resync', {
      collection,
    });
  }
}

/** The id of a run that nobody has named yet. */
export function newRunId(): string {
  return Buffer.from(systemRandom.bytes(12)).toString('hex');
}

type DiffWish = Omit<Parameters<typeof diffCollection>[1], 'pageSize'>;

function runDiff(
  lane: Lane,
  wish: DiffWish,
): Promise<ReturnType<typeof diffCollection> extends Generator<unknown, infer R, unknown> ? R : never> {
  return lane.run(diffCollection(lane.context, { ...wish, pageSize: PAGE_SIZE }));
}

/** The report of a run, as it grows. */
class Progress {
  readonly #parts: EngineParts;
  readonly #collections = new Map<string, CollectionReport>();
  #report: FullSyncReport;

  constructor(parts: EngineParts, { id, dryRun = false }: FullSyncOptions & { readonly id: string }) {
    this.#parts = parts;
    const startedAtMs = parts.options.clock.now();
    this.#report = {
      id,
      state: 'running',
      dryRun,
      startedAtMs,
      finishedAtMs: null,
      collections: [],
      error: null,
    };
  }

  get report(): FullSyncReport {
    return this.#report;
  }

  update(collection: CollectionReport): void {
    this.#collections.set(collection.collection, collection);
    this.#report = { ...this.#report, collections: [...this.#collections.values()] };
  }

  end(state: 'completed' | 'failed' | 'cancelled', error: SyncError | null = null): void {
    if (this.#report.state !== 'running') return;
    const finishedAtMs = this.#parts.options.clock.now();
    this.#report = {
      ...this.#report,
      state,
      finishedAtMs,
      error: error && { code: error.code, message: error.message },
    };
  }

  async publish(runs: RunStore, { onProgress }: FullSyncOptions): Promise<void> {
    await runs.save(this.#report);
    onProgress?.(this.#report);
    this.#parts.emitter.emit('fullSync', this.#report);
  }
}
