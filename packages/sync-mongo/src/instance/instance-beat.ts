import { type Clock, SyncError } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { checkInstance } from './check-instance.js';
import { type InstanceStore } from './instance-store.js';

/** How old the count on Atlas may be: a backup that is younger than what a branch counted is not noticed by it. */
const BEAT_MS = 60_000;

/** What the count of one connection goes on with. */
export interface InstanceBeatOptions {
  readonly instances: InstanceStore;
  readonly atlas: Db;
  readonly instanceId: string;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/**
 * Moves the counters of this instance on while a connection lasts, be it for weeks: without, a backup of Atlas that was
 * taken in between would look like the Atlas of today.
 */
export class InstanceBeat {
  readonly #options: InstanceBeatOptions;
  #lastMs: number;

  constructor(options: InstanceBeatOptions) {
    this.#options = options;
    this.#lastMs = options.clock.monotonic();
  }

  /** As {@link check}, where it is due. */
  async beat(): Promise<void> {
    if (this.#options.clock.monotonic() - this.#lastMs >= BEAT_MS) await this.check();
  }

  /** Throws SYNC_STREAM_INTERRUPTED where either side is not what it was: who is there is asked anew. */
  async check(): Promise<void> {
    const { instances, atlas, instanceId, clock } = this.#options;
    const found = await checkInstance(instances, atlas);
    if (found.verdict !== 'normal' || found.instanceId !== instanceId) {
      throw new SyncError(
        'SYNC_STREAM_INTERRUPTED',
        'Local or Atlas was replaced while they were connected.',
      );
    }
    this.#lastMs = clock.monotonic();
  }
}
