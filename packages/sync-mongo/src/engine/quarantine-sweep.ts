import { type Clock, retryFreed, sweepQuarantine } from '@bomba/sync-core';
import { settleOrHold, type SettlingOptions } from './settle-or-hold.js';

/** How many quarantined states are looked at in one round. */
const PAGE_SIZE = 200;
/** How long the quarantine is left alone, in times of what a look at it took: however many wait there, it costs little. */
const REST_FACTOR = 20;
const MAX_REST_MS = 5_000;

/** What a sweep works with. */
export interface QuarantineSweepOptions extends SettlingOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Goes through the quarantine, page by page and round after round. */
export class QuarantineSweep {
  readonly #options: QuarantineSweepOptions;
  #after: string | null = null;
  #dueMs = -Infinity;
  /** What a foreign hand took from Atlas while nobody listened no event tells. */
  #isFirstRound = true;

  constructor(options: QuarantineSweepOptions) {
    this.#options = options;
  }

  /** Looks at the next page, where that is due; what left Local for a moment is taken again, what may fit now tried again. */
  async sweep(): Promise<void> {
    const { lane, clock } = this.#options;
    const startedMs = clock.monotonic();
    if (startedMs < this.#dueMs) return;
    const where = { after: this.#after, limit: PAGE_SIZE, asksAtlas: this.#isFirstRound };
    const { parked, gone, freed, next } = await lane.run(sweepQuarantine(where));
    this.#after = next;
    const open = freed.length > 0 ? await lane.run(retryFreed(lane.context, freed)) : [];
    this.#options.hold(open);
    const tookMs = clock.monotonic() - startedMs;
    this.#dueMs = clock.monotonic() + Math.min(tookMs * REST_FACTOR, MAX_REST_MS);
    await settleOrHold(this.#options, [...parked, ...gone]);
    if (next === null) this.#isFirstRound = false;
  }
}
