import { type Clock } from '../ports/clock.js';
import { type Random } from '../ports/random.js';
import { createStamp, stampTimeMs, type Stamp } from '../protocol/stamp.js';

const COUNTER_LIMIT = 4096;

type WallClock = Pick<Clock, 'now'> & Partial<Pick<Clock, 'monotonic'>>;

/** How a {@link HybridClock} is built. @public */
export interface HybridClockOptions {
  /** With its monotonic time a correction ends where the wall clock is put right; without, with the next one. */
  readonly clock: WallClock;
  readonly random: Pick<Random, 'bytes'>;
  /** The latest id issued before a restart; ids go on above it. */
  readonly after?: Stamp | null;
}

/**
 * Issues write ids that never go back, whatever the wall clock does: a hybrid logical clock (Kulkarni et al. 2014)
 * with one dedicated counter per millisecond (RFC 9562 section 6.2, method 1). Only a recorded correction of a clock
 * that was found to be ahead of Atlas moves it back.
 *
 * @public
 */
export class HybridClock {
  readonly #clock: WallClock;
  readonly #random: Pick<Random, 'bytes'>;
  #timeMs = 0;
  #counter = -1;
  #correctionMs = 0;
  /** What the corrected time was ahead of the monotonic one when it was measured; null: there is no correction to follow. */
  #sinceMs: number | null = null;

  constructor({ clock, random, after = null }: HybridClockOptions) {
    this.#clock = clock;
    this.#random = random;
    if (after !== null) this.observe(after);
  }

  /**
   * A new id, above every id issued before. `shared` marks one that a single operation writes to many documents, and
   * `spread` one that it may write twice to the same.
   */
  next(options: { readonly shared?: boolean | 'spread' } = {}): Stamp {
    const nowMs = Math.max(0, this.now());
    if (nowMs > this.#timeMs) this.#startMillisecond(nowMs);
    else if (++this.#counter >= COUNTER_LIMIT) this.#startMillisecond(this.#timeMs + 1);
    return createStamp({
      timeMs: this.#timeMs,
      counter: this.#counter,
      random: this.#random.bytes(16),
      shared: options.shared ?? false,
    });
  }

  /** Goes on above an id seen elsewhere: one of this database that an earlier process issued. */
  observe(stamp: Stamp): void {
    const timeMs = stampTimeMs(stamp);
    if (timeMs >= this.#timeMs) this.#startMillisecond(timeMs + 1);
  }

  /**
   * Corrected wall-clock time, in whole milliseconds since the epoch. While a correction lasts it is not behind what the
   * monotonic time makes of it: that is so where the wall clock was put right, and nobody has measured it since.
   */
  now(): number {
    const nowMs = this.#clock.now() + this.#correctionMs;
    if (this.#sinceMs === null) return Math.floor(nowMs);
    return Math.floor(Math.max(nowMs, this.#sinceMs + (this.#clock.monotonic?.() ?? 0)));
  }

  /** What is added to the wall clock, in ms; 0: it is right. */
  get correctionMs(): number {
    return this.#correctionMs;
  }

  /**
   * Adds `offsetMs` to the wall clock from now on: what Atlas' clock was found to be ahead of ours (negative where ours
   * is ahead). Where ids were issued beyond `ceilingMs` (default: the corrected time), those are put right on Local, and
   * new ones start from the corrected time; else ids go on above them, as no measurement is exact.
   */
  correct(offsetMs: number, { ceilingMs }: { readonly ceilingMs?: number } = {}): void {
    this.#correctionMs = offsetMs;
    const monotonicMs = this.#clock.monotonic?.() ?? null;
    const isFollowed = offsetMs !== 0 && monotonicMs !== null;
    this.#sinceMs = isFollowed ? this.#clock.now() + offsetMs - monotonicMs : null;
    const nowMs = Math.max(0, this.now());
    if (nowMs < this.#timeMs && this.#timeMs > (ceilingMs ?? nowMs)) this.#startMillisecond(nowMs);
  }

  #startMillisecond(timeMs: number): void {
    this.#timeMs = timeMs;
    this.#counter = 0;
  }
}
