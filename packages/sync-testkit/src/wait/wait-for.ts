/** How {@link waitFor} waits. */
export interface WaitForOptions {
  /** What is awaited, as the end of "timed out waiting for …": `'the branch to hear of the write'`. */
  readonly what: string;
  /** Gives up after this many milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Pause between two looks, in milliseconds. Default 10. */
  readonly everyMs?: number;
}

/** A condition did not come true in time; `cause` is what its last look threw, if it threw. */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError';
}

/**
 * Looks again and again until `condition` gives a truthy value, and returns it. A look that throws counts as "not yet".
 *
 * @throws WaitTimeoutError when the time is up.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = 10_000, everyMs = 10 }: WaitForOptions,
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let failure: unknown;
    try {
      const value = await condition();
      if (value) return value as Exclude<T, false | null | undefined | 0 | ''>;
    } catch (error) {
      failure = error;
    }
    if (performance.now() >= deadline) {
      throw new WaitTimeoutError(`timed out after ${timeoutMs} ms waiting for ${what}`, { cause: failure });
    }
    await pause(everyMs);
  }
}

/** Resolves after the given time. For polling and for traffic shaping; a test itself waits for conditions. */
export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
