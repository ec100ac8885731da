import { SyncError } from '@bomba/sync-core';
import { type Collection, type Db } from 'mongodb';
import { codeOf } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';
import { hasEnded, type RunRecord, type ScheduledKind } from './run-record.js';
import { type RunStore } from './run-store.js';

interface SlotDocument {
  readonly _id: 'running-full-sync';
  readonly runId: string;
}

const SLOT = { _id: 'running-full-sync' } as const;

/**
 * The one place for a full sync, shared by all processes of a branch through Local: who has it waits or runs, and
 * nobody else can begin. It is given back at the end of the run. A process that dies leaves it taken, and the one that
 * holds the engine's lease next goes on with the run; so the lease's beats tell that a run's process is alive.
 */
export class RunSlot {
  readonly #db: () => Db;
  readonly #runs: RunStore;

  constructor(db: () => Db, runs: RunStore) {
    this.#db = db;
    this.#runs = runs;
  }

  /** Takes the place for a new run. Throws SYNC_FULL_RUNNING where another one has it. */
  async ask(run: RunRecord): Promise<void> {
    if (!(await this.tryTake(run))) throw await this.#refusal();
  }

  /** As {@link ask}; false where another run has the place, or a later holder of the lease than `epoch` has this one. */
  async tryTake(run: RunRecord, epoch?: number): Promise<boolean> {
    if (!(await this.#runs.add(run, epoch))) return false;
    if (await this.#takeOrFree(run.id)) return true;
    await this.#runs.drop(run.id);
    return false;
  }

  /**
   * Takes the place for a run that ended before its work was done. It waits before it has the place: whoever met it there as
   * one that has ended would give the place back. `scheduled`: the schedule asks. Throws SYNC_FULL_RUNNING, SYNC_NOT_FOUND.
   */
  async askAgain(runId: string, scheduled: ScheduledKind | null = null): Promise<RunRecord> {
    const before = await this.#runs.reopen(runId, scheduled);
    if (!before && (await this.waiting()) === runId) throw await this.#refusal();
    const run = before && (await this.#runs.load(runId));
    if (!run) throw new SyncError('SYNC_NOT_FOUND', 'There is no full sync of that id that could go on.');
    if (await this.#takeOrFree(runId)) return run;
    await this.#runs.closeAgain(before);
    throw await this.#refusal();
  }

  /** The run that waits, or that a dead process left, for the holder of the lease to work on; null: there is none. */
  async takeUp(epoch: number, nowMs: number): Promise<RunRecord | null> {
    const run = await this.#placed();
    if (!run) return null;
    if (!run.wish.byEngine && !hasEnded(run)) return this.#runs.takeUp(run.id, epoch);
    await this.#clear(run, { epoch, nowMs }); // its process died before it could
    return null;
  }

  /** Makes the place free where a dead process left a comparison there that its engine needed. */
  async clear(epoch: number, nowMs: number): Promise<void> {
    const run = await this.#placed();
    if (run?.wish.byEngine) await this.#clear(run, { epoch, nowMs });
  }

  /** Has a run of the schedule give the place back, but for one of that id; false where another one has it. */
  async freeOfScheduled(nowMs: number, except?: string): Promise<boolean> {
    const run = await this.#placed();
    if (!run || hasEnded(run)) return true;
    if (run.wish.scheduled === null || run.id === except) return false;
    if (await this.#runs.withdraw(run.id, nowMs, { begun: true })) await this.release(run.id);
    else await this.#runs.cancel(run.id);
    return true;
  }

  /** The id of the run that has the place. */
  async waiting(): Promise<string | null> {
    return (await this.#slots.findOne(SLOT))?.runId ?? null;
  }

  /** Gives the place back, where that run has it. */
  async release(runId: string): Promise<void> {
    await this.#slots.deleteOne({ ...SLOT, runId }, { writeConcern: durable });
  }

  async #placed(): Promise<RunRecord | null> {
    const runId = await this.waiting();
    const run = runId === null ? null : await this.#runs.load(runId);
    if (runId !== null && !run) await this.release(runId);
    return run;
  }

  /** Who waits for a run hears of its end before its process gives the place back. */
  async #takeOrFree(runId: string): Promise<boolean> {
    if (await this.#take(runId)) return true;
    const placed = await this.#placed();
    if (placed && !hasEnded(placed)) return false;
    if (placed) await this.release(placed.id);
    return this.#take(runId);
  }

  async #clear(run: RunRecord, at: { readonly epoch: number; readonly nowMs: number }): Promise<void> {
    if (!hasEnded(run) && !(await this.#runs.interrupt(run.id, at))) return; // a later holder of the lease has it
    await this.release(run.id);
  }

  async #take(runId: string): Promise<boolean> {
    try {
      await this.#slots.insertOne({ ...SLOT, runId }, { writeConcern: durable });
      return true;
    } catch (error) {
      if (codeOf(error) !== mongoCode.duplicateKey) throw error;
      return false;
    }
  }

  async #refusal(): Promise<SyncError> {
    const runId = await this.waiting();
    return new SyncError('SYNC_FULL_RUNNING', `A full sync is running already${runId ? `: ${runId}` : ''}.`, {
      context: { runId },
    });
  }

  get #slots(): Collection<SlotDocument> {
    return this.#db().collection<SlotDocument>(stateCollections.metadata);
  }
}
