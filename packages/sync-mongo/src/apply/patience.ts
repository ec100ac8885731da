import { type Clock } from '@bomba/sync-core';

/** Gives up on work that does not end, one piece at a time: one timer watches them all, as most end at once. */
export class Patience {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #ended = new AbortController();
  #startedAtMs = 0;
  #giveUp: (() => void) | null = null;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    void this.#watch();
  }

  /** What the work comes to; null where it took longer than the limit, twice as long at most; or than a shorter one. */
  with<Result>(work: () => Promise<Result>, limitMs = this.#limitMs): Promise<Result | null> {
    this.#startedAtMs = this.#clock.monotonic();
    return new Promise((resolve, reject) => {
      this.#giveUp = () => resolve(null);
      if (limitMs >= this.#limitMs) work().then(resolve, reject);
      else this.#shortly(work, limitMs).then(resolve, reject);
    });
  }

  /** With a timer of its own. */
  async #shortly<Result>(work: () => Promise<Result>, limitMs: number): Promise<Result | null> {
    const isOver = new AbortController();
    const tooLong = this.#clock.sleep(limitMs, isOver.signal).then(() => null);
    try {
      return await Promise.race([work(), tooLong]);
    } finally {
      isOver.abort();
    }
  }

  /** Nothing is watched any more. */
  end(): void {
    this.#giveUp = null;
    this.#ended.abort();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await this.#clock.sleep(this.#limitMs, signal);
      if (this.#clock.monotonic() - this.#startedAtMs >= this.#limitMs) this.#giveUp?.();
    }
  }
}
