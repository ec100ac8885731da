import {
  type FullSyncOptions,
  type FullSyncReport,
  isSyncError,
  type ResyncOptions,
  SyncError,
} from '@bomba/sync-core';
import { failingAs } from '../errors/map-mongo-error.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { isLeaseHeld } from '../lease/lease.js';
import { RestoredAtlas } from '../instance/restored-atlas.js';
import { stateCollections } from '../state/state-collections.js';
import { assertFullSyncAsked, assertResyncAsked } from './assert-asked.js';
import { atlasIsAway, type FollowOptions, followRun } from './follow-run.js';
import { newRunId, type RunPlaces } from './full-sync-service.js';
import { resyncAfterRestore } from './resync-after-restore.js';
import { everything, newRun, type RunRecord, type RunWish } from './run-record.js';

/** How long somebody waits for a run of the schedule to give way: for its next step, which may be a look at much. */
const GIVE_WAY_MS = 30_000;
const POLL_MS = 100;

const byPerson: RunWish = { ...everything, byEngine: false };

/** What comparisons on request are asked for with. */
export interface FullSyncDeskOptions extends RunPlaces {
  readonly parts: EngineParts;
  readonly isStarted: () => boolean;
  /** Whether this process runs the engine and has no connection to Atlas. */
  readonly isCutOff: () => boolean;
  /** Whether it runs the engine, and has one. */
  readonly isConnected: () => boolean;
}

/**
 * Where people ask for comparisons, and choose a side where only they can; in any process of the branch. The one that
 * runs the engine does the work.
 */
export class FullSyncDesk {
  readonly #options: FullSyncDeskOptions;

  constructor(options: FullSyncDeskOptions) {
    this.#options = options;
  }

  async fullSync(options: FullSyncOptions): Promise<FullSyncReport> {
    assertFullSyncAsked(options);
    this.#assertReady();
    await this.#assertAtlasInReach();
    const { signal, onProgress, resume, ...wish } = options;
    const { dryRun = false, changedOnly = false, collections = null, direction = null } = wish;
    this.#assertSynced(collections);
    const asked: RunWish = { ...byPerson, dryRun, changedOnly, collections, direction };
    return failingAs(
      'local',
      this.#run(asked, { signal, onProgress, resume, isCutOff: this.#options.isCutOff }),
    );
  }

  async resync(options: ResyncOptions): Promise<FullSyncReport> {
    assertResyncAsked(options);
    const settled = await this.#settleRestore(options);
    if (settled) return settled;
    // A collection may have paused itself together with the connection: the choice waits for the next one.
    this.#assertStarted();
    await this.#assertAtlasInReach();
    const { collections = null, prefer = null, onProgress, signal } = options;
    this.#assertSynced(collections);
    if (!collections) await failingAs('local', this.#assertNotAllPaused());
    const wish: RunWish = { ...byPerson, collections, prefer, isResync: true };
    return failingAs('local', this.#run(wish, { onProgress, signal }));
  }

  /** A run that a schedule began gives way to what somebody asks for, and goes on by its schedule. */
  async #ask(wish: RunWish, { resume, signal }: Heard): Promise<RunRecord> {
    const { slot, parts } = this.#options;
    const { clock } = parts.options;
    const untilMs = clock.monotonic() + GIVE_WAY_MS;
    for (;;) {
      try {
        return await this.#askOnce(wish, resume);
      } catch (error) {
        const mayWait = isSyncError(error, 'SYNC_FULL_RUNNING') && clock.monotonic() < untilMs;
        if (!mayWait || signal?.aborted || !(await slot.freeOfScheduled(clock.now(), resume))) throw error;
        await clock.sleep(POLL_MS, signal);
      }
    }
  }

  async #askOnce(wish: RunWish, resume?: string): Promise<RunRecord> {
    const { parts, slot } = this.#options;
    if (resume !== undefined) return slot.askAgain(resume);
    const run = newRun({ id: newRunId(), nowMs: parts.options.clock.now() }, wish);
    await slot.ask(run);
    return run;
  }

  async #run(wish: RunWish, heard: Heard): Promise<FullSyncReport> {
    const { parts, runs, slot, isStarted, isConnected } = this.#options;
    const run = await this.#ask(wish, heard);
    parts.fullSyncDue.call();
    const { fullSyncEnded: ended } = parts;
    const { clock } = parts.options;
    return followRun({ runs, slot, isStarted, isConnected, ended, clock, ...heard }, run);
  }

  #assertStarted(): void {
    if (!this.#options.isStarted())
      throw new SyncError('SYNC_STATE_NOT_STARTED', 'Sync is not started: await sync.start() first.');
  }

  #assertReady(): void {
    this.#assertStarted();
    if (this.#options.isCutOff()) throw atlasIsAway();
  }

  /** A process without Atlas may ask as well, where another one of its branch works with it. */
  async #assertAtlasInReach(): Promise<void> {
    const { databases, options } = this.#options.parts;
    if (options.atlas.uri !== null || (await failingAs('local', isLeaseHeld(databases.local)))) return;
    throw new SyncError('SYNC_CONN_UNREACHABLE', 'No URI of Atlas is configured.', {
      context: { side: 'atlas' },
    });
  }

  /** All collections would be left as they are. */
  async #assertNotAllPaused(): Promise<void> {
    const { pauses } = this.#options.parts;
    await pauses.refresh();
    if (pauses.isAllPausedByHand)
      throw new SyncError('SYNC_STATE_PAUSED_WIDER', 'All collections are paused: name those to sync anew.');
  }

  #assertSynced(collections: readonly string[] | null): void {
    const synced = [...this.#options.parts.capture.collections(), stateCollections.conflicts];
    const unknown = collections?.filter((name) => !synced.includes(name)) ?? [];
    if (unknown.length > 0) throw new SyncError('SYNC_NOT_FOUND', `Not synced: ${unknown.join(', ')}.`);
  }

  /** Null where Atlas was not restored. */
  async #settleRestore(options: ResyncOptions): Promise<FullSyncReport | null> {
    const { parts, runs, isStarted } = this.#options;
    if (!isStarted()) return null;
    const restored = new RestoredAtlas(parts.databases.local);
    if ((await restored.load()) === null) return null;
    const onChosen = (): void => parts.retryDue.call();
    return resyncAfterRestore({ restored, runs, clock: parts.options.clock, onChosen, isStarted }, options);
  }
}

/** How a caller follows a run. */
interface Heard extends Partial<Pick<FollowOptions, 'signal' | 'onProgress' | 'isCutOff'>> {
  /** The run to go on with. */
  readonly resume?: string | undefined;
}
