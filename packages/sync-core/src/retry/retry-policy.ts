/** How failed work is tried again: for ever, at growing distances, and not all at once. @public */
export interface RetryPolicy {
  /** The longest wait before the first retry, in ms; it doubles with each attempt. */
  readonly baseMs: number;
  /** The longest wait before any retry, in ms. */
  readonly maxMs: number;
  /** How many retries may be made at once after a quiet time. */
  readonly burstCount: number;
  /** How many retries a second may be made in the long run. */
  readonly perSecondCount: number;
}

/** The policy where nothing is configured. @public */
export const defaultRetryPolicy: RetryPolicy = {
  baseMs: 1_000,
  maxMs: 60_000,
  burstCount: 1_000,
  perSecondCount: 500,
};
