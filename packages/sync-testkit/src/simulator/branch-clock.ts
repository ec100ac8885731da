import { HybridClock, type Stamp } from '@bomba/sync-core';
import { type SeededRandom } from './seeded-random.js';

/** Where a clock that is set may go, in ms off: right again, by seconds or less, decades ahead, or to before all ids. */
const JUMPS_MS = [0, 0, 5_000, -5_000, 50, -50, 2_000_000_000_000, -999_999_000];

/** How a {@link BranchClock} is made. */
export interface BranchClockOptions {
  readonly now: () => number;
  readonly skewMs: number;
  readonly random: SeededRandom;
}

/** The wall clock of a branch's machine, and the ids that are drawn by it. */
export class BranchClock {
  readonly #options: BranchClockOptions;
  #skewMs: number;
  #ids: HybridClock;

  constructor(options: BranchClockOptions) {
    this.#options = options;
    this.#skewMs = options.skewMs;
    this.#ids = this.#create();
  }

  now(): number {
    return this.#options.now() + this.#skewMs;
  }

  next(): Stamp {
    return this.#ids.next();
  }

  /** Somebody sets the wall clock: right, or wrong. */
  jump(): number {
    return (this.#skewMs = this.#options.random.pick(JUMPS_MS));
  }

  /** A new process goes on from the ids that are stored. */
  restart(stored: Iterable<Stamp | null>): void {
    this.#ids = this.#create();
    for (const id of stored) if (id) this.#ids.observe(id);
  }

  #create(): HybridClock {
    return new HybridClock({ clock: { now: () => this.now() }, random: this.#options.random });
  }
}
