import {
  type Discarded,
  type DiscardOutcome,
  type FullSyncOptions,
  type FullSyncReport,
  type HealthReport,
  type HybridClock,
  type LocalSide,
  type PauseScope,
  SyncError,
  type SyncEventListener,
  type SyncEventName,
  type SyncStatus,
} from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { type Document, type Mongoose } from 'mongoose';
import { MongoConflictArchive } from './archive/mongo-conflict-archive.js';
import { MongoQuarantineDesk } from './archive/mongo-quarantine-desk.js';
import { keyOfDocument } from './bson/key-of-document.js';
import { awaitGreeting } from './control/await-greeting.js';
import { awaitIdle } from './control/await-idle.js';
import { awaitSynced } from './control/await-synced.js';
import { captureWarnings } from './control/capture-warnings.js';
import { discardAnywhere } from './control/discard-anywhere.js';
import { drain } from './control/drain.js';
import { judgeHealth } from './control/health.js';
import { prepareLocal } from './control/prepare-local.js';
import { Requests } from './control/requests.js';
import { resumeScope } from './control/resume-scope.js';
import { BranchEngine } from './engine/branch-engine.js';
import { type EngineParts } from './engine/engine-parts.js';
import { FullSyncDesk } from './full-sync/full-sync-desk.js';
import { FullSyncRuns } from './full-sync/full-sync-runs.js';
import { FullSyncService, type RunPlaces } from './full-sync/full-sync-service.js';
import { runOrigins } from './full-sync/run-origins.js';
import { RunSlot } from './full-sync/run-slot.js';
import { RunStore } from './full-sync/run-store.js';
import { MongoLocalSide } from './local-side/mongo-local-side.js';
import { stateCollections } from './state/state-collections.js';
import { type DocumentRef, type StartReport, type Sync, type SyncedOutcome } from './sync.js';
import { systemRandom } from './system/system-random.js';

const DEFAULT_TIMEOUT_MS = 30_000;
/** The sync of one branch in one process: the parts, wired to the public surface. */
export class BranchSync implements Sync {
  readonly fullSyncs: FullSyncRuns;
  readonly conflicts: MongoConflictArchive;
  readonly quarantine: MongoQuarantineDesk;
  readonly #parts: EngineParts;
  readonly #fullSync: FullSyncService;
  readonly #places: RunPlaces;
  readonly #fullSyncDesk: FullSyncDesk;
  #engine: BranchEngine | null = null;
  #starting: Promise<StartReport> | null = null;
  #warnings: readonly string[] = [];

  constructor(parts: EngineParts) {
    this.#parts = parts;
    const db = (): Db => parts.databases.local;
    const nextId = (): ReturnType<HybridClock['next']> => parts.clock.next();
    const onWrite = (): void => this.#wake();
    const runs = new RunStore(db);
    this.#places = { runs, slot: new RunSlot(db, runs) };
    this.fullSyncs = new FullSyncRuns(this.#places, runOrigins(db, parts.options.clock), parts.options.clock);
    this.#fullSync = new FullSyncService(parts, this.#places);
    this.#fullSyncDesk = new FullSyncDesk({
      ...this.#places,
      parts,
      isStarted: () => this.#engine !== null,
      isCutOff: () => parts.board.snapshot().leader && !this.#engine?.period,
      isConnected: () => parts.board.snapshot().leader && Boolean(this.#engine?.period),
    });
    const archive = { db, nextId, onWrite, excluded: parts.options.excludedFields };
    this.conflicts = new MongoConflictArchive({ ...archive, stats: () => parts.conflicts.stats() });
    this.quarantine = new MongoQuarantineDesk({
      ...archive,
      requests: () => this.#requests(),
      keep: async (record) => {
        await this.#localSide().run({ side: 'local', op: 'keep', entries: [record] });
      },
      discard: (discarded) => this.#discard(discarded),
    });
  }

  attach(mongoose: Mongoose = this.#parts.options.mongoose): void {
    if (mongoose === this.#parts.options.mongoose) return; // attached since createSync
    throw new SyncError(
      'SYNC_CONFIG_INVALID',
      'A Sync belongs to one Mongoose: call createSync for the other one.',
    );
  }

  /** Calls while a start is under way get its report. */
  start(): Promise<StartReport> {
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#starting = null;
      throw error;
    });
    return this.#starting;
  }

  async #start(): Promise<StartReport> {
    const { board, databases, capture, options } = this.#parts;
    board.set({ state: 'starting', local: databases.localState });
    try {
      const db = await databases.verifyLocal();
      await capture.inspect();
      this.#warnings = await captureWarnings(options.mongoose, options.logger);
      const collections = (): readonly string[] => [...capture.collections(), stateCollections.conflicts];
      const instanceId = await prepareLocal(this.#parts, { db, collections });
      board.set({ instanceId, local: 'connected' });
      if (options.atlas.uri === null) board.set({ state: 'degraded' });
      this.#engine = new BranchEngine({
        parts: this.#parts,
        localDb: db,
        fullSync: this.#fullSync,
        ...this.#places,
        collections,
      });
      if (options.atlas.uri !== null) {
        this.#engine.start();
        await awaitGreeting(() => this.status(), options.clock);
      }
      return this.#report();
    } catch (error) {
      this.#engine = null;
      board.set({ state: 'stopped' });
      throw error;
    }
  }

  async stop({ drainMs = 0 }: { readonly drainMs?: number } = {}): Promise<void> {
    await this.#starting?.catch(() => undefined);
    this.#starting = null;
    const engine = this.#engine;
    if (!engine) return;
    if (drainMs > 0) await drain(() => this.idle({ timeoutMs: drainMs }), this.#parts.options.logger);
    this.#engine = null;
    this.#parts.board.set({ state: 'stopping' });
    await engine.stop();
    this.#parts.board.set({ state: 'stopped', leader: false, atlas: 'disconnected', pushOpen: false });
  }

  /** Models came that the present connection does not know: what can be synced travels from the next one on. */
  refresh(): void {
    if (!this.#engine) return;
    const look = this.#parts.capture.inspect().catch(() => undefined); // Local is away: the next start looks again
    void look.then(() => this.reconnect());
  }

  /** Other collections travel than before. */
  reconnect(): void {
    this.#engine?.reconnect();
  }

  status(): SyncStatus {
    const { board, databases } = this.#parts;
    return { ...board.snapshot(), local: databases.localState };
  }

  async health(): Promise<HealthReport> {
    const { databases, options } = this.#parts;
    const localAnswers = await databases.verifyLocal().then(
      () => true,
      () => false,
    );
    const quarantinedCount = localAnswers
      ? await databases.local.collection(stateCollections.quarantine).estimatedDocumentCount()
      : 0;
    return judgeHealth({ status: this.status(), localAnswers, quarantinedCount, nowMs: options.clock.now() });
  }

  synced(document: Document | DocumentRef, { timeoutMs = DEFAULT_TIMEOUT_MS } = {}): Promise<SyncedOutcome> {
    const { options, databases } = this.#parts;
    const key = keyOfDocument(document);
    const local = this.#localSide();
    return awaitSynced({ db: databases.local, local, clock: options.clock, key, timeoutMs });
  }

  idle({ timeoutMs = DEFAULT_TIMEOUT_MS } = {}): Promise<void> {
    return awaitIdle({
      local: this.#localSide(),
      requests: this.#requests(),
      clock: this.#parts.options.clock,
      timeoutMs,
      onAsked: () => this.#parts.chores.call(),
    });
  }

  pause(scope: PauseScope = {}): Promise<void> {
    return this.#parts.pauses.pause(scope);
  }

  async resume(scope: PauseScope = {}): Promise<void> {
    await resumeScope(this.#parts, scope);
    this.#wake();
  }

  fullSync(options: FullSyncOptions = {}): Promise<FullSyncReport> {
    return this.#fullSyncDesk.fullSync(options);
  }

  resync(options: Parameters<Sync['resync']>[0]): Promise<FullSyncReport> {
    return this.#fullSyncDesk.resync(options);
  }

  isRemoteApply(): boolean {
    return this.#parts.logic.isApplying;
  }

  on<Name extends SyncEventName>(event: Name, listener: SyncEventListener<Name>): this {
    this.#parts.emitter.on(event, listener);
    return this;
  }

  off<Name extends SyncEventName>(event: Name, listener: SyncEventListener<Name>): this {
    this.#parts.emitter.off(event, listener);
    return this;
  }

  #wake(): void {
    this.#parts.pushDue.call();
    this.#parts.chores.call();
    this.#parts.fullSyncDue.call();
  }

  #discard(discarded: Discarded): Promise<DiscardOutcome> {
    const engine = this.#engine;
    if (!engine)
      throw new SyncError('SYNC_STATE_NOT_STARTED', 'Sync is not started: await sync.start() first.');
    return discardAnywhere(discarded, {
      lane: engine.period?.deskLane ?? null,
      isStandby: () => !this.status().leader,
      requests: () => this.#requests(),
      clock: this.#parts.options.clock,
    });
  }

  #requests(): Requests {
    const { databases, options } = this.#parts;
    return new Requests(databases.local, { clock: options.clock, random: systemRandom });
  }

  #localSide(): LocalSide {
    const { databases, capture, clock, options, board } = this.#parts;
    const collections = (): readonly string[] => [...capture.collections(), stateCollections.conflicts];
    const context = {
      db: databases.local,
      instanceId: board.snapshot().instanceId ?? '',
      collections,
      excluded: options.excludedFields,
      nextId: () => clock.next(),
      now: () => options.clock.now(),
      savePosition: () => Promise.reject(new SyncError('SYNC_BUG', 'Only the engine saves a position.')),
    };
    return new MongoLocalSide(context);
  }

  #report(): StartReport {
    const { instanceId, atlas, lastError, indexProblems = [] } = this.status();
    return {
      instanceId,
      atlas: atlas === 'connected' ? 'connected' : 'absent',
      collections: this.#parts.capture.collections(),
      refused: this.#parts.capture.refused(),
      warnings: [
        ...this.#warnings,
        ...indexProblems,
        ...(lastError ? [`${lastError.message} (${lastError.code})`] : []),
      ],
    };
  }
}
