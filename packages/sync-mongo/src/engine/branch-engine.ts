import { LinkedAbort, type SyncError } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { type AtlasGreeting } from '../connection/dual-database-manager.js';
import { noteUncaptured } from '../control/uncaptured-collections.js';
import { failingAs, mapMongoError } from '../errors/map-mongo-error.js';
import { type FullSyncService, type RunPlaces } from '../full-sync/full-sync-service.js';
import { InstanceStore } from '../instance/instance-store.js';
import { Lease } from '../lease/lease.js';
import { type LocalContext } from '../local-side/local-context.js';
import { MongoLocalSide } from '../local-side/mongo-local-side.js';
import { watchLocal } from '../local-stream/watch-local.js';
import { type Position, PositionStore } from '../position/position-store.js';
import { ensureLocalState } from '../state/ensure-state.js';
import { randomId } from '../system/random-id.js';
import { systemRandom } from '../system/system-random.js';
import { noSetbacks, type SetbacksByWork } from '../worker/write-setbacks.js';
import { type OpenPeriod, runConnectedPeriod } from './connected-period.js';
import { type EngineParts } from './engine-parts.js';
import { Gate } from './gate.js';
import { isAborted } from './is-aborted.js';
import { ReconnectPace } from './reconnect-pace.js';
import { StandbyClock } from './standby-clock.js';

/**
 * Beats per lease duration: some may be late without the lease being lost. A challenger looks as often, and may see the
 * last beat of a dead holder one look late: so a takeover takes the duration and up to two beats.
 */
const BEATS_PER_LEASE = 5;

/** How long the end waits for a request that is under way. */
const STOP_PATIENCE_MS = 2_000;

/** How a {@link BranchEngine} is made. */
export interface BranchEngineOptions extends RunPlaces {
  readonly parts: EngineParts;
  readonly localDb: Db;
  readonly fullSync: FullSyncService;
  /** The collections that travel, those of bomba-sync itself included. */
  readonly collections: () => readonly string[];
}

/** What lasts as long as the lease is held. */
interface Term {
  readonly epoch: number;
  readonly setbacks: SetbacksByWork;
}

/**
 * The engine of one process: it waits for the branch's lease and, while it holds it, connects to Atlas again and again
 * and works over each connection. It never gives up by itself.
 */
export class BranchEngine {
  readonly #options: BranchEngineOptions;
  readonly #lease: Lease;
  readonly #end = new AbortController();
  readonly #standbyClock: StandbyClock;
  #running: Promise<void> | null = null;
  #period: OpenPeriod | null = null;
  #connection: LinkedAbort | null = null;
  /** Done once the last client is closed. */
  #farewell: Promise<void> = Promise.resolve();
  #identified = new Gate();

  constructor(options: BranchEngineOptions) {
    this.#options = options;
    const { clock, lease } = options.parts.options;
    const holder = randomId(systemRandom);
    this.#lease = new Lease({ db: options.localDb, clock, holder, durationMs: lease.durationMs });
    this.#standbyClock = new StandbyClock(options.parts, options.localDb);
  }

  /** The connection that works now; null where there is none. */
  get period(): OpenPeriod | null {
    return this.#period;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Works over a new connection, where other collections travel now than the present one knows. Idempotent. */
  reconnect(): void {
    const known = new Set(this.#period?.link.collections);
    const present = this.#options.collections();
    const isOther = present.length !== known.size || present.some((collection) => !known.has(collection));
    if (this.#period && isOther) this.#connection?.abort();
  }

  /**
   * Ends soon, also where Atlas does not answer: a request on a dead line is not waited for, as nothing is done after
   * it any more. Idempotent.
   */
  async stop(): Promise<void> {
    const { databases, options } = this.#options.parts;
    this.#end.abort();
    const running = Promise.resolve(this.#running).then(() => this.#farewell);
    const ended = Promise.all([databases.disconnectAtlas(), running]);
    const waited = new AbortController();
    await Promise.race([ended, options.clock.sleep(STOP_PATIENCE_MS, waited.signal)]);
    waited.abort();
    await this.#lease.release().catch(() => undefined); // where Local is gone, the lease runs out by itself
  }

  async #run(): Promise<void> {
    const { board, options } = this.#options.parts;
    const beatMs = options.lease.durationMs / BEATS_PER_LEASE;
    while (!this.#end.signal.aborted) {
      try {
        const { held, epoch } = await this.#lease.tryHold();
        board.set({ leader: held, local: 'connected' });
        if (held) await this.#lead(epoch, beatMs);
        else {
          board.set({ state: 'standby' });
          await this.#standbyClock.follow();
        }
      } catch (error) {
        this.#report(mapMongoError(error, 'local'));
      }
      board.set({ leader: false });
      await options.clock.sleep(beatMs, this.#end.signal);
    }
  }

  /** Works as the branch's engine until the lease is lost or the end comes. */
  async #lead(epoch: number, beatMs: number): Promise<void> {
    this.#standbyClock.forget();
    // What Atlas lacked may have been put right: whoever starts sync anew has it tried at once.
    this.#options.parts.inventory.forget();
    const term = new LinkedAbort(this.#end.signal);
    const { signal } = term;
    const beating = this.#beat({ epoch, beatMs, term, signal });
    this.#identified = new Gate();
    const setbacks = noSetbacks(this.#options.parts);
    const watched = { db: this.#options.localDb, epoch, signal, identified: this.#identified };
    const watching = watchLocal(this.#options.parts, watched);
    try {
      await Promise.all([this.#workOverConnections({ epoch, setbacks }, signal), watching]);
    } finally {
      term.abort();
      await Promise.all([beating, watching]);
      setbacks.push.end();
      setbacks.pull.end();
    }
  }

  async #beat(at: { epoch: number; beatMs: number; term: LinkedAbort; signal: AbortSignal }): Promise<void> {
    const { clock, logger } = this.#options.parts.options;
    while (!at.signal.aborted) {
      await clock.sleep(at.beatMs, at.signal);
      if (isAborted(at.signal)) return;
      try {
        const { held, epoch } = await this.#lease.tryHold();
        if (held && epoch === at.epoch) continue;
        logger.warn('another process took over the engine', { code: 'SYNC_LEASE_LOST' });
        at.term.abort();
      } catch {
        // Local does not answer: the work itself fails too, and says so.
      }
    }
  }

  async #workOverConnections(term: Term, signal: AbortSignal): Promise<void> {
    const { parts } = this.#options;
    const { clock, changeStream, retry } = parts.options;
    const pace = new ReconnectPace({
      clock,
      policy: { baseMs: changeStream.reconnectIntervalMs, maxMs: retry.maxMs },
      onRecovered: () => parts.board.recovered(),
    });
    while (!signal.aborted) {
      try {
        await this.#workOnce(term, signal, pace);
        pace.ended();
      } catch (error) {
        if (isAborted(signal)) return;
        const failure = mapMongoError(error, 'atlas');
        this.#report(failure, pace.failed(failure));
      }
      if (isAborted(signal)) return;
      await parts.retryDue.wait(clock, pace.delayMs, signal);
    }
  }

  async #prepareLocal({
    collections,
    epoch,
  }: {
    readonly collections: readonly string[];
    readonly epoch: number;
  }): Promise<void> {
    const { parts, localDb, runs } = this.#options;
    await runs.endCancelled({ epoch, nowMs: parts.options.clock.now() });
    await parts.gone.check();
    await ensureLocalState(localDb, collections);
    await parts.gone.accept();
    await noteUncaptured(parts, localDb);
  }

  async #workOnce({ epoch, setbacks }: Term, signal: AbortSignal, pace: ReconnectPace): Promise<void> {
    const { parts, localDb, fullSync, runs, slot } = this.#options;
    const { databases, board } = parts;
    board.set({ atlas: 'connecting' });
    let greeting: AtlasGreeting | null = null;
    const connection = new LinkedAbort(signal);
    this.#connection = connection;
    try {
      const collections = [...this.#options.collections()];
      await failingAs('local', this.#prepareLocal({ collections, epoch }));
      greeting = await databases.connectAtlas();
      board.set({ atlas: 'connected' });
      const instances = new InstanceStore(localDb, systemRandom);
      const { instanceId } = await instances.load();
      const positions = new PositionStore(localDb);
      const context = this.#localContext({ instanceId, collections, positions, epoch });
      const local = new MongoLocalSide(context);
      await runConnectedPeriod(parts, {
        greeting,
        localDb,
        local,
        context,
        instances,
        positions,
        fullSync,
        runs,
        slot,
        epoch,
        collections,
        setbacks,
        signal: connection.signal,
        identified: this.#identified,
        onOpen: (period) => {
          pace.opened(period.link.signal);
          this.#period = period;
          board.set({ state: 'running' });
          this.reconnect(); // models may have come since this connection began
        },
      });
    } finally {
      connection.release();
      this.#period = null;
      // Its own client only: after the end another engine may be using what this one shares with it. Only the end waits for
      // that: on a dead line nobody answers a farewell.
      this.#farewell = Promise.resolve(greeting?.client.close(true)).catch(() => undefined);
      if (!this.#end.signal.aborted) {
        void databases.disconnectAtlas();
        board.set({ atlas: 'disconnected' });
      }
    }
  }

  #localContext(at: {
    readonly instanceId: string;
    readonly collections: readonly string[];
    readonly positions: PositionStore;
    readonly epoch: number;
  }): LocalContext {
    const { parts, localDb } = this.#options;
    const { instanceId, collections, positions, epoch } = at;
    return {
      db: localDb,
      instanceId,
      collections: () => collections,
      excluded: parts.options.excludedFields,
      nextId: () => parts.clock.next(),
      now: () => parts.options.clock.now(),
      savePosition: (position) =>
        positions.save(position as Position, { epoch, now: parts.options.clock.now() }),
    };
  }

  /** Atlas absent is no accident: it is said once per kind of failure, and each time when it stays. */
  #report(failure: SyncError, attempt = 1): void {
    if (this.#end.signal.aborted) return;
    const { board, emitter, options } = this.#options.parts;
    board.failed(failure);
    board.count('atlas-to-local', 'failedCount');
    if (board.state !== 'stopping') board.set({ state: 'degraded' });
    emitter.emit('failed', { direction: 'atlas-to-local', code: failure.code, attempt });
    const isAlarming = attempt >= options.changeStream.maxReconnectAttempts;
    const fields = { ...failure.context, code: failure.code, attempt };
    if (attempt === 1) options.logger.warn(failure.message, fields);
    else if (isAlarming) options.logger.error(failure.message, fields);
  }
}
