import { type Clock } from '@bomba/sync-core';
import { type Collection, type Db } from 'mongodb';
import { stateCollections } from '../state/state-collections.js';

interface LeaseDocument {
  readonly _id: 'lease';
  readonly holder: string;
  /** Grows with each change of the holder: a fence for what only one may write. */
  readonly epoch: number;
  /** Grows with each sign of life. */
  readonly beat: number;
}

/** What a try to hold the lease came to. */
export interface LeaseView {
  readonly held: boolean;
  readonly epoch: number;
}

/** How a {@link Lease} is made. */
export interface LeaseOptions {
  readonly db: Db;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Names this process. */
  readonly holder: string;
  /** How long a holder may be silent. */
  readonly durationMs: number;
}

/** Whether a process of this branch runs the engine, or did when it died; false: the last one has ended in good order. */
export async function isLeaseHeld(db: Db): Promise<boolean> {
  const leases = db.collection<LeaseDocument>(stateCollections.metadata);
  return (await leases.findOne({ _id: 'lease', holder: { $ne: '' } })) !== null;
}

/**
 * One process of a branch runs the engine: the one that holds this lease in Local. A challenger takes over when the
 * holder's beat has not moved for the lease's duration by the challenger's own monotonic clock, so no clocks are
 * compared. Two holders at once are harmless, as every write of the engine is conditional; the lease saves work.
 */
export class Lease {
  readonly #leases: Collection<LeaseDocument>;
  readonly #options: LeaseOptions;
  #seen: { readonly epoch: number; readonly beat: number; readonly atMs: number } | null = null;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#leases = options.db.collection<LeaseDocument>(stateCollections.metadata);
  }

  /** A sign of life where we hold the lease; a try to take it where its holder is silent. */
  async tryHold(): Promise<LeaseView> {
    const current = await this.#leases.findOne({ _id: 'lease' });
    if (!current) return this.#create();
    if (current.holder === this.#options.holder) return this.#beat(current);
    return this.#isSilent(current) ? this.#take(current) : { held: false, epoch: current.epoch };
  }

  /** Gives the lease up, so that another process need not wait. */
  async release(): Promise<void> {
    await this.#leases.updateOne({ _id: 'lease', holder: this.#options.holder }, { $set: { holder: '' } });
  }

  async #create(): Promise<LeaseView> {
    const { holder } = this.#options;
    const created = await this.#leases.updateOne(
      { _id: 'lease' },
      { $setOnInsert: { holder, epoch: 1, beat: 0 } },
      { upsert: true },
    );
    return { held: created.upsertedCount === 1, epoch: 1 };
  }

  async #beat({ epoch, beat }: LeaseDocument): Promise<LeaseView> {
    const { holder } = this.#options;
    const { matchedCount } = await this.#leases.updateOne(
      { _id: 'lease', holder, epoch },
      { $set: { beat: beat + 1 } },
    );
    return { held: matchedCount === 1, epoch };
  }

  async #take({ epoch, beat }: LeaseDocument): Promise<LeaseView> {
    const { holder } = this.#options;
    const { matchedCount } = await this.#leases.updateOne(
      { _id: 'lease', epoch, beat },
      { $set: { holder, epoch: epoch + 1, beat: 0 } },
    );
    return { held: matchedCount === 1, epoch: epoch + 1 };
  }

  #isSilent({ holder, epoch, beat }: LeaseDocument): boolean {
    if (holder === '') return true;
    const nowMs = this.#options.clock.monotonic();
    if (this.#seen?.epoch !== epoch || this.#seen.beat !== beat) this.#seen = { epoch, beat, atMs: nowMs };
    return nowMs - this.#seen.atMs >= this.#options.durationMs;
  }
}
