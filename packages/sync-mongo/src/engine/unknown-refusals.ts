import {
  backoffDelay,
  type Clock,
  type QuarantineMark,
  type Random,
  type RetryPolicy,
  tryAgain,
} from '@bomba/sync-core';
import { type Collection, type Db, type Document } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';
import { settleOrHold, type SettlingOptions } from './settle-or-hold.js';

/** How many are tried again at once: a condition may have struck many, and none of them may be any better by now. */
const LIMIT = 50;
/** How long nothing is tried again then, as a part of the longest wait of `retry`: 5 s of a minute. */
const RESTS_PER_WAIT = 12;
/** The longest distance of an entry, in longest waits of `retry`, which is its first one: an hour. */
const MAX_WAITS = 60;

/** What the retries work with. */
export interface UnknownRefusalsOptions extends SettlingOptions {
  readonly db: Db;
  /** What travels. */
  readonly collections: readonly string[];
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly random: Pick<Random, 'fraction'>;
  readonly retry: Pick<RetryPolicy, 'maxMs'>;
}

/**
 * Tries states again by themselves that a server refused with a code that nobody knows, as what it stands for may pass: at
 * growing distances, which are noted with the entries, and so count on whoever leads. What is refused for a known reason has
 * no such note, and costs nothing here.
 */
export class UnknownRefusals {
  readonly #options: UnknownRefusalsOptions;
  readonly #records: Collection<Due>;
  #dueMs = -Infinity;

  constructor(options: UnknownRefusalsOptions) {
    this.#options = options;
    this.#records = options.db.collection<Due>(stateCollections.quarantine);
  }

  /** Tries the next of them, where that is due. */
  async sweep(): Promise<void> {
    const { clock, lane, retry } = this.#options;
    if (clock.monotonic() < this.#dueMs) return;
    this.#dueMs = clock.monotonic() + retry.maxMs / RESTS_PER_WAIT;
    const due = await this.#find();
    if (due.length === 0) return;
    // Before they are tried: whatever comes of it, they make room for others.
    await this.#postpone(due);
    await settleOrHold(this.#options, await lane.run(tryAgain(due)));
  }

  /** Those that have waited longest first. A time that is further off than any wait was noted while the clock was wrong. */
  #find(): Promise<readonly Due[]> {
    const { clock, collections } = this.#options;
    const nowMs = clock.now();
    const passed = { tryAgainAt: { $lte: new Date(nowMs) } };
    const wrong = { tryAgainAt: { $gt: new Date(nowMs + this.#longestMs) } };
    return this.#records
      .find(
        { $or: [passed, wrong], collection: { $in: [...collections] } },
        { sort: { tryAgainAt: 1 }, limit: LIMIT },
      )
      .project<Due>({ key: 1, direction: 1, stamp: 1, retryCount: 1 })
      .toArray();
  }

  async #postpone(due: readonly Due[]): Promise<void> {
    const { clock, random, retry } = this.#options;
    const policy = { baseMs: retry.maxMs, maxMs: this.#longestMs };
    const operations = due.map(({ _id, stamp, retryCount = 0 }) => {
      const tryAgainAt = new Date(clock.now() + backoffDelay(retryCount + 1, policy, random));
      // What has been refused for a known reason since has no such time any more.
      const filter = { _id, stamp, tryAgainAt: { $exists: true } };
      return { updateOne: { filter, update: { $set: { tryAgainAt }, $inc: { retryCount: 1 } } } };
    });
    await this.#records.bulkWrite(operations, { ordered: false, writeConcern: durable });
  }

  get #longestMs(): number {
    return this.#options.retry.maxMs * MAX_WAITS;
  }
}

type Due = Document &
  Pick<QuarantineMark, 'key' | 'direction' | 'stamp'> & {
    readonly _id: string;
    /** How often it was tried again: something else may hold a state before the server is asked, which counts no attempt. */
    readonly retryCount?: number;
  };
