import { type Clock } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { stateCollections } from '../state/state-collections.js';

/** How often they are removed, in the age of a tombstone: once a day of 90. There is no index for that, it is a scan. */
const SWEEPS_PER_AGE = 90;

/** How long tombstones live, and the clock by which sweeps are due. */
export interface ExpiredTombstonesOptions {
  readonly ageMs: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/**
 * Removes tombstones of Local that are as old as those that Atlas forgets: not what waits to be pushed, nor what excluded
 * fields of a document wait in. The sides may forget in any order.
 */
export class ExpiredTombstones {
  readonly #options: ExpiredTombstonesOptions;
  #dueMs = -Infinity;

  constructor(options: ExpiredTombstonesOptions) {
    this.#options = options;
  }

  /** Removes them where that is due. `nowMs`: by Atlas' clock, as a wrong one would make all of them old. */
  async remove(local: Db, nowMs: number): Promise<void> {
    const { ageMs, clock } = this.#options;
    if (clock.monotonic() < this.#dueMs) return;
    this.#dueMs = clock.monotonic() + ageMs / SWEEPS_PER_AGE;
    await local.collection(stateCollections.tombstones).deleteMany({
      notedAt: { $lt: new Date(nowMs - ageMs) },
      pending: { $exists: false },
      left: { $exists: false },
    });
  }
}
