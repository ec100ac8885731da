import { type Clock } from '@bomba/sync-core';
import { type Collection, type Db } from 'mongodb';
import { readClocks } from '../connection/atlas-clock.js';
import { stateCollections } from '../state/state-collections.js';

/** The holder reads Atlas' clock each minute, and at once where its own has jumped: what is older says nothing. */
const MAX_AGE_MS = 150_000;
/** Two processes may read the clock of Local's server within a round trip of each other. */
const NOISE_MS = 1_000;

interface DriftDocument {
  readonly _id: 'drift';
  /** What Atlas' clock was ahead of the one of Local's server (negative: behind). */
  readonly offsetMs: number;
  /** When that was, by the clock of Local's server. */
  readonly serverMs: number;
}

/**
 * What the lease holder has measured, for the branch's other processes, which never meet Atlas. They may be on another
 * machine than the holder, with another clock: the one that all of them can read is that of Local's server.
 */
export class NotedDrift {
  readonly #db: Db;
  readonly #notes: Collection<DriftDocument>;
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;

  constructor(db: Db, clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#db = db;
    this.#notes = db.collection<DriftDocument>(stateCollections.metadata);
    this.#clock = clock;
  }

  /** Atlas' clock was found to be ahead of this process' by so much. */
  async note(offsetMs: number): Promise<void> {
    const { serverMs, aheadMs } = await this.#readServer();
    const $set = { offsetMs: offsetMs - aheadMs, serverMs };
    await this.#notes.updateOne({ _id: 'drift' }, { $set }, { upsert: true });
  }

  /** What Atlas' clock is ahead of this process' by; null where nobody has noted anything lately. */
  async read(): Promise<number | null> {
    const noted = await this.#notes.findOne({ _id: 'drift' });
    if (!noted) return null;
    const { serverMs, aheadMs } = await this.#readServer();
    const ageMs = serverMs - noted.serverMs;
    return ageMs >= -NOISE_MS && ageMs <= MAX_AGE_MS ? Math.round(noted.offsetMs + aheadMs) : null;
  }

  async #readServer(): Promise<{ readonly serverMs: number; readonly aheadMs: number }> {
    const askedMs = this.#clock.monotonic();
    const hello = await this.#db.command({ hello: 1 });
    const { serverMs, wallMs } = readClocks(this.#clock, { hello, askedMs });
    return { serverMs, aheadMs: serverMs - wallMs };
  }
}
