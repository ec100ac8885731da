const STEPS_PER_DOUBLING = 4;
const DOUBLINGS = 32;

/** Upper bounds of the buckets, in ms: four per doubling, from 1 ms to 2^32 ms (49 days). The powers of two are exact. */
const boundsMs: readonly number[] = Array.from(
  { length: DOUBLINGS * STEPS_PER_DOUBLING + 1 },
  (_, index) => 2 ** (index / STEPS_PER_DOUBLING),
);

/** How many values are at or below a bound. @public */
export interface CumulativeCount {
  readonly boundMs: number;
  readonly count: number;
}

/**
 * Durations, counted by size in a fixed number of exponential buckets: memory does not grow with the number of values,
 * and a quantile is at most 19 % (one bucket) off, below 1 ms at most 1 ms.
 */
export class Histogram {
  readonly #counts = new Float64Array(boundsMs.length + 1);
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;

  /** How many values. */
  get count(): number {
    return this.#count;
  }

  /** Their sum. */
  get sumMs(): number {
    return this.#sumMs;
  }

  /** The largest; 0 where there is none. */
  get maxMs(): number {
    return this.#maxMs;
  }

  /** Their mean; null where there is none. */
  get meanMs(): number | null {
    return this.#count === 0 ? null : this.#sumMs / this.#count;
  }

  /** Adds a value `count` times. Negative values, from a clock that went back, count as 0. */
  record(valueMs: number, count = 1): void {
    const value = Math.max(0, valueMs);
    const bucket = bucketOf(value);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.#count += count;
    this.#sumMs += value * count;
    this.#maxMs = Math.max(this.#maxMs, value);
  }

  /** The value that this fraction (0 to 1) of all values does not exceed, estimated; null where there is none. */
  quantile(fraction: number): number | null {
    if (this.#count === 0) return null;
    const rank = Math.max(1, Math.ceil(fraction * this.#count));
    let below = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      if (below + count >= rank) return this.#interpolate(bucket, (rank - below) / count);
      below += count;
    }
    return this.#maxMs;
  }

  /** The distribution at every power of two, for exporters. What is above the last bound is only in `count`. */
  cumulative(): readonly CumulativeCount[] {
    const steps: CumulativeCount[] = [];
    let count = 0;
    for (const [bucket, boundMs] of boundsMs.entries()) {
      count += this.#counts[bucket] ?? 0;
      if (bucket % STEPS_PER_DOUBLING === 0) steps.push({ boundMs, count });
    }
    return steps;
  }

  #interpolate(bucket: number, fraction: number): number {
    const lower = boundsMs[bucket - 1] ?? 0;
    const upper = Math.min(boundsMs[bucket] ?? this.#maxMs, this.#maxMs);
    return lower + (upper - lower) * fraction;
  }
}

/** The first bucket whose bound is not below the value, by bisection. */
function bucketOf(valueMs: number): number {
  let low = 0;
  let high = boundsMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((boundsMs[middle] ?? Infinity) < valueMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
