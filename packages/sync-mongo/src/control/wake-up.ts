import { type Clock, LinkedAbort } from '@bomba/sync-core';

/** Lets a loop wait until there is something to do, or a while has passed. A call while nobody waits is not lost. */
export class WakeUp {
  #isDue = false;
  #resolve: (() => void) | null = null;

  /** There is something to do. */
  call(): void {
    this.#isDue = true;
    this.#resolve?.();
  }

  /** Resolves at a call, after `durationMs`, or when `signal` aborts. */
  async wait(clock: Pick<Clock, 'sleep'>, durationMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#isDue && !signal.aborted) {
      const rest = new LinkedAbort(signal);
      const called = new Promise<void>((resolve) => (this.#resolve = resolve));
      await Promise.race([called, clock.sleep(durationMs, rest.signal)]);
      rest.abort();
      this.#resolve = null;
    }
    this.#isDue = false;
  }
}
