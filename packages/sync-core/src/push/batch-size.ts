import { BATCH_BYTES } from '../operations/batch-bytes.js';

/** The least share of a batch's bytes that is sent at once: 16 KiB. */
const MIN_SHARE = 2 ** -10;

/** By how much the bytes grow with each answered batch that had less than it might: back in some hundred of them. */
const CREEP = 1.05;

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

/** A batch that was answered. @public */
export interface AnsweredBatch {
  /** How many keys it had. */
  readonly count: number;
  /** How long the answer took. */
  readonly durationMs: number;
  /** It held as many bytes as it might, and left keys for a later one. Default false. */
  readonly isCut?: boolean;
}

/**
 * How many keys to send at once: more while full batches are answered quickly, half as many after a slow answer or a
 * failure (additive increase, multiplicative decrease). Measured from the quickest answer, as on a far link even a
 * batch of one takes long. So with the bytes that a batch holds, as large documents fill it before they are many. Time is
 * passed in.
 *
 * @public
 */
export class BatchSize {
  readonly #options: Required<BatchSizeOptions>;
  #current: number;
  /** Of the bytes that a batch may hold. */
  #share = 1;
  #quickestMs = Infinity;

  constructor(options: BatchSizeOptions = {}) {
    this.#options = { min: 1, max: 1_000, start: 100, step: 100, targetMs: 250, ...options };
    this.#current = this.#within(this.#options.start);
  }

  /** What to send next, at most. */
  get current(): number {
    return this.#current;
  }

  /** How many bytes of content to send next, at most, one document in any case. */
  get bytes(): number {
    return Math.floor(BATCH_BYTES * this.#share);
  }

  /** A batch was answered. One that was not full says nothing about larger ones. */
  answered({ count, durationMs, isCut = false }: AnsweredBatch): void {
    const { min, max, step, targetMs } = this.#options;
    // Where even the least takes long, the link has become slow: that is not for want of smaller batches.
    this.#quickestMs = this.#current === min ? durationMs : Math.min(durationMs, this.#quickestMs);
    const excessMs = durationMs - this.#quickestMs;
    if (excessMs > 2 * targetMs) this.#current = this.#within(this.#current / 2);
    else if (excessMs <= targetMs) {
      if (count >= this.#current) this.#current = this.#within(this.#current + step);
      // One that was not cut says little about more bytes, but that the line is there.
      const grown = isCut ? Math.min(2 * this.#share, this.#share + step / max) : this.#share * CREEP;
      this.#share = Math.min(1, grown);
    }
  }

  /** A batch failed, or was not answered in time. */
  failed(): void {
    this.#current = this.#within(this.#current / 2);
    this.#share = Math.max(MIN_SHARE, this.#share / 2);
  }

  #within(size: number): number {
    return Math.min(this.#options.max, Math.max(this.#options.min, Math.floor(size)));
  }
}
