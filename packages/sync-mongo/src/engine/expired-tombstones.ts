import { type Clock } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { stateCollections } from '../state/state-collections.js';

/** How often they are looked for, in the age of a tombstone: once a day of 90. There is no index for that. */
const SWEEPS_PER_AGE = 90;
/** How many are looked at in one round. */
const PAGE_SIZE = 1_000;

/** How long tombstones live, and this machine's clocks. */
export interface ExpiredTombstonesOptions {
  readonly ageMs: number;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

/**
 * Removes tombstones of Local that are as old as those that Atlas forgets: not what waits to be pushed, nor what excluded
 * fields of a document wait in. The sides may forget in any order.
 */
export class ExpiredTombstones {
  readonly #options: ExpiredTombstonesOptions;
  #after = '';
  #dueMs = -Infinity;

  constructor(options: ExpiredTombstonesOptions) {
    this.#options = options;
  }

  /**
   * Goes through the next page, where a sweep is due or under way. `nowMs`: by Atlas' clock; they are old
   * by this machine's as well, which may have noted them: where one of the two is wrong, they stay.
   */
  async sweep(local: Db, nowMs: number): Promise<void> {
    const { ageMs, clock } = this.#options;
    if (clock.monotonic() < this.#dueMs) return;
    const tombstones = local.collection<{ readonly _id: string }>(stateCollections.tombstones);
    const page = await tombstones
      .find({ _id: { $gt: this.#after } }, { projection: { _id: 1 }, sort: { _id: 1 }, limit: PAGE_SIZE })
      .toArray();
    await tombstones.deleteMany({
      _id: { $in: page.map(({ _id }) => _id) },
      notedAt: { $lt: new Date(Math.min(nowMs, clock.now()) - ageMs) },
      pending: { $exists: false },
      left: { $exists: false },
    });
    const isEnd = page.length < PAGE_SIZE;
    this.#after = isEnd ? '' : (page.at(-1)?._id ?? '');
    if (isEnd) this.#dueMs = clock.monotonic() + ageMs / SWEEPS_PER_AGE;
  }
}
