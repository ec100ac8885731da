import { type RetryPolicy } from './retry-policy.js';

/** A retry costs as much as a thousand milliseconds earn at one a second: whole numbers, so that nothing is lost. */
const COST = 1_000;

/**
 * Bounds how many retries are made in a time (a token bucket), so that a hundred thousand keys that wake up together
 * when the network is back make no storm. Time is passed in and should be a monotonic one: a step back refills nothing.
 *
 * @public
 */
export class RetryBudget {
  readonly #perSecondCount: number;
  readonly #limit: number;
  #credit: number;
  #atMs: number;

  /** Starts full, at `nowMs`. */
  constructor(
    { burstCount, perSecondCount }: Pick<RetryPolicy, 'burstCount' | 'perSecondCount'>,
    nowMs: number,
  ) {
    this.#perSecondCount = perSecondCount;
    this.#limit = burstCount * COST;
    this.#credit = this.#limit;
    this.#atMs = nowMs;
  }

  /** Takes leave for up to `wantedCount` retries now; returns for how many. */
  take(wantedCount: number, nowMs: number): number {
    this.#earn(nowMs);
    const grantedCount = Math.min(Math.max(0, wantedCount), Math.floor(this.#credit / COST));
    this.#credit -= grantedCount * COST;
    return grantedCount;
  }

  /** How long until at least one retry may be made, in whole milliseconds; 0: at once. */
  waitMs(nowMs: number): number {
    this.#earn(nowMs);
    const missing = COST - this.#credit;
    return missing <= 0 ? 0 : Math.ceil(missing / this.#perSecondCount);
  }

  #earn(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    this.#credit = Math.min(this.#limit, this.#credit + elapsedMs * this.#perSecondCount);
    this.#atMs = nowMs;
  }
}
