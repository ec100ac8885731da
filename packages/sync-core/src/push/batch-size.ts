/** How a {@link BatchSize} adapts. @public */
export interface BatchSizeOptions {
  /** The least that is sent at once. Default 1. */
  readonly min?: number;
  /** The most that is sent at once. Default 1,000. */
  readonly max?: number;
  /** The first batch. Default 100. */
  readonly start?: number;
  /** By how much a batch grows. Default 100. */
  readonly step?: number;
  /** How long an answer may take, beyond what the quickest takes, in ms. Default 250. */
  readonly targetMs?: number;
}

/**
 * How many keys to send at once: more while full batches are answered quickly, half as many after a slow answer or a
 * failure (additive increase, multiplicative decrease). Measured from the quickest answer, as on a far link even a
 * batch of one takes long. Time is passed in.
 *
 * @public
 */
export class BatchSize {
  readonly #options: Required<BatchSizeOptions>;
  #current: number;
  #quickestMs = Infinity;

  constructor(options: BatchSizeOptions = {}) {
    this.#options = { min: 1, max: 1_000, start: 100, step: 100, targetMs: 250, ...options };
    this.#current = this.#within(this.#options.start);
  }

  /** What to send next, at most. */
  get current(): number {
    return this.#current;
  }

  /** A batch of so many was answered. One that was not full says nothing about larger ones. */
  answered({ count, durationMs }: { readonly count: number; readonly durationMs: number }): void {
    const { min, step, targetMs } = this.#options;
    // Where even the least takes long, the link has become slow: that is not for want of smaller batches.
    this.#quickestMs = this.#current === min ? durationMs : Math.min(durationMs, this.#quickestMs);
    const excessMs = durationMs - this.#quickestMs;
    if (excessMs > 2 * targetMs) this.#current = this.#within(this.#current / 2);
    else if (excessMs <= targetMs && count >= this.#current)
      this.#current = this.#within(this.#current + step);
  }

  /** A batch failed, or was not answered in time. */
  failed(): void {
    this.#current = this.#within(this.#current / 2);
  }

  #within(size: number): number {
    return Math.min(this.#options.max, Math.max(this.#options.min, Math.floor(size)));
  }
}
