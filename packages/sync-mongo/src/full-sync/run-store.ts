import { type FullSyncReport } from '@bomba/sync-core';
import { type Collection, type Db, type Filter } from 'mongodb';
import { codeOf } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';
import { placeAgain, type RunRecord, type ScheduledKind, toReport } from './run-record.js';

interface Stored {
  readonly _id: string;
  readonly kind: 'full-sync';
  /** Of two, the one that was added later has the greater: clocks are put back. */
  readonly seq: number;
}
type RunDocument = RunRecord & Stored;

const newestFirst = { seq: -1, startedAtMs: -1 } as const;
const carriedOutWhole = {
  kind: 'full-sync',
  state: 'completed',
  'wish.byEngine': false,
  'wish.dryRun': false,
  'wish.changedOnly': false,
  'wish.collections': null,
  'wish.direction': null,
} as const;

const DEFAULT_LIMIT = 20;
/** Older runs are forgotten. */
const KEPT_COUNT = 200;
/** A run that waits without having the place is of a process that died while it asked. */
const ORPHAN_AGE_MS = 60_000;
const PREFIX = 'full-sync:';

/** What a process that works on a run writes down of it. */
export type RunUpdate = Pick<
  RunRecord,
  'state' | 'finishedAtMs' | 'collections' | 'error' | 'place' | 'progress'
>;

/** The runs of full syncs, in Local. What is written of one that is under way is guarded by its holder's epoch. */
export class RunStore {
  readonly #db: () => Db;

  constructor(db: () => Db) {
    this.#db = db;
  }

  async list({ limit = DEFAULT_LIMIT }: { readonly limit?: number } = {}): Promise<
    readonly FullSyncReport[]
  > {
    const inOrder = this.#runs.find({ kind: 'full-sync' }).sort(newestFirst);
    const found = await inOrder.limit(Math.min(limit, KEPT_COUNT)).toArray();
    return found.map(toReport);
  }

  async get(id: string): Promise<FullSyncReport | null> {
    const found = await this.load(id);
    return found && toReport(found);
  }

  /** As {@link get}, with what a process needs to go on with it. */
  async load(id: string): Promise<RunRecord | null> {
    return this.#runs.findOne({ _id: PREFIX + id });
  }

  /** Adds a run that is to begin; false where a later holder of the lease than `epoch` works on one of its id. */
  async add(run: RunRecord, epoch?: number): Promise<boolean> {
    const newest = await this.#runs.findOne(
      { kind: 'full-sync' },
      { sort: newestFirst, projection: { seq: 1 } },
    );
    const stored: Stored = { _id: PREFIX + run.id, kind: 'full-sync', seq: (newest?.seq ?? 0) + 1 };
    const document: RunDocument = { ...run, ...stored };
    const free = epoch === undefined ? {} : { $or: [{ epoch: null }, { epoch: { $lte: epoch } }] };
    const options = { upsert: true, writeConcern: durable };
    try {
      await this.#runs.replaceOne({ _id: document._id, ...free }, document, options);
    } catch (error) {
      if (codeOf(error) !== mongoCode.duplicateKey) throw error;
      return false;
    }
    await this.#forgetOld();
    return true;
  }

  /** It never began. */
  async drop(id: string): Promise<void> {
    await this.#runs.deleteOne({ _id: PREFIX + id, epoch: null });
  }

  /** A process takes up a run that nobody works on: null where a later holder of the lease has it, or there is none. */
  async takeUp(id: string, epoch: number): Promise<RunRecord | null> {
    const open = { $in: ['running', 'interrupted'] as const };
    const free = { _id: PREFIX + id, state: open, $or: [{ epoch: null }, { epoch: { $lte: epoch } }] };
    const taken = { $set: { epoch, state: 'running', finishedAtMs: null, error: null } } as const;
    return this.#runs.findOneAndUpdate(free, taken, { returnDocument: 'after' });
  }

  /** A run that was to compare only what had changed compares everything. */
  async widen(id: string, epoch: number): Promise<void> {
    await this.#runs.updateOne({ _id: PREFIX + id, epoch }, { $set: { 'wish.changedOnly': false } });
  }

  /**
   * Lets a run that has ended wait to be taken up again; returns how it ended, null where there is none such. What the
   * engine needed for itself it takes up by itself; where collections paused themselves, a choice has to be made. What
   * somebody asks for gives way to nobody any more, whoever began it.
   */
  async reopen(id: string, scheduled: ScheduledKind | null = null): Promise<RunRecord | null> {
    const place = (await this.load(id))?.place;
    const open = { $in: ['failed', 'cancelled', 'interrupted'] as const };
    const fuse = { 'error.code': { $ne: 'SYNC_FULL_FUSE' as const } };
    const ended = { _id: PREFIX + id, state: open, 'wish.byEngine': false, ...fuse };
    const waiting = {
      state: 'running',
      finishedAtMs: null,
      error: null,
      epoch: null,
      isCancelled: false,
      'wish.scheduled': scheduled,
      ...(place && { place: placeAgain(place) }),
    } as const;
    return this.#runs.findOneAndUpdate(ended, { $set: waiting }, { writeConcern: durable });
  }

  /** It cannot be gone on with now after all: it has ended as before. */
  async closeAgain({ id, state, finishedAtMs, error, epoch, isCancelled, wish }: RunRecord): Promise<void> {
    const waiting = { _id: PREFIX + id, state: 'running', epoch: null } as const;
    const before = { $set: { state, finishedAtMs, error, epoch, isCancelled, wish } };
    await this.#runs.updateOne(waiting, before, { writeConcern: durable });
  }

  /** How a run fares; answers whether it is to go on. `lost`: a later holder of the lease has it. */
  async save(id: string, epoch: number, update: RunUpdate): Promise<'go-on' | 'cancelled' | 'lost'> {
    // Epochs begin anew where Local's database was dropped: what nobody works on has none.
    const isLetGo = update.state === 'interrupted' && update.finishedAtMs === null;
    const $set = isLetGo ? { ...update, epoch: null } : update;
    const found = await this.#runs.findOneAndUpdate({ _id: PREFIX + id, epoch }, { $set });
    if (!found) return 'lost';
    return found.isCancelled ? 'cancelled' : 'go-on';
  }

  /**
   * Ends a run as cancelled that nobody has taken up; false where somebody has. `begun`: one as well that was interrupted, and waits
   * to be gone on with.
   */
  async withdraw(id: string, nowMs: number, { begun = false } = {}): Promise<boolean> {
    const states = begun ? (['running', 'interrupted'] as const) : (['running'] as const);
    const waiting = { _id: PREFIX + id, state: { $in: states }, epoch: null, finishedAtMs: null };
    const ended = { $set: { state: 'cancelled', finishedAtMs: nowMs } } as const;
    return (await this.#runs.updateOne(waiting, ended, { writeConcern: durable })).matchedCount > 0;
  }

  /** Ends the runs that were cancelled while a holder of the lease worked on them that has died since, or let them go. */
  async endCancelled({ epoch, nowMs }: { readonly epoch: number; readonly nowMs: number }): Promise<void> {
    const dead: Filter<RunDocument> = {
      kind: 'full-sync',
      isCancelled: true,
      $or: [
        { state: 'running', epoch: { $lt: epoch } },
        { state: 'interrupted', epoch: null, finishedAtMs: null },
      ],
    };
    await this.#runs.updateMany(dead, { $set: { state: 'cancelled', finishedAtMs: nowMs } });
  }

  /** The schedule that began it has no more to do with it. */
  async unschedule(id: string): Promise<void> {
    const off = { $set: { 'wish.scheduled': null } };
    await this.#runs.updateOne({ _id: PREFIX + id }, off, { writeConcern: durable });
  }

  /** The process that works on it ends it at its next checkpoint. */
  async cancel(id: string): Promise<void> {
    await this.#runs.updateOne(
      { _id: PREFIX + id },
      { $set: { isCancelled: true } },
      { writeConcern: durable },
    );
  }

  /** Ends a run of a dead process; false where a later holder of the lease has it. */
  async interrupt(
    id: string,
    { epoch, nowMs }: { readonly epoch: number; readonly nowMs: number },
  ): Promise<boolean> {
    const dead = { _id: PREFIX + id, $or: [{ epoch: null }, { epoch: { $lte: epoch } }] };
    const ended = { $set: { state: 'interrupted', finishedAtMs: nowMs } } as const;
    return (await this.#runs.updateOne(dead, ended)).matchedCount > 0;
  }

  /** Marks what dead holders of the lease left behind, but for the run that waits to be gone on with. */
  async interruptDead({ except, epoch, nowMs }: DeadRuns): Promise<void> {
    const dead: Filter<RunDocument> = {
      kind: 'full-sync',
      state: 'running',
      // One that nobody has taken up may be about to take the place; not where its clock was far from what it is now.
      $or: [
        { epoch: { $lt: epoch } },
        { epoch: null, startedAtMs: { $lt: nowMs - ORPHAN_AGE_MS } },
        { epoch: null, startedAtMs: { $gt: nowMs + ORPHAN_AGE_MS } },
      ],
      ...(except !== null && { _id: { $ne: PREFIX + except } }),
    };
    await this.#runs.updateMany(dead, { $set: { state: 'interrupted', finishedAtMs: nowMs } });
  }

  /** The report of the last run of everything is kept, however many others there were since. */
  async #forgetOld(): Promise<void> {
    const [oldest] = await this.#runs
      .find({ kind: 'full-sync' }, { projection: { seq: 1 } })
      .sort(newestFirst)
      .skip(KEPT_COUNT)
      .limit(1)
      .toArray();
    if (!oldest) return;
    const whole = await this.#runs.findOne(carriedOutWhole, { sort: newestFirst, projection: { _id: 1 } });
    await this.#runs.deleteMany({
      kind: 'full-sync',
      seq: { $lte: oldest.seq },
      state: { $ne: 'running' },
      ...(whole && { _id: { $ne: whole._id } }),
    });
  }

  get #runs(): Collection<RunDocument> {
    return this.#db().collection<RunDocument>(stateCollections.metadata);
  }
}

interface DeadRuns {
  /** The run that waits to be gone on with. */
  readonly except: string | null;
  readonly epoch: number;
  readonly nowMs: number;
}
