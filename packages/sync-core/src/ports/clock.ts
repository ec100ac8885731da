/** Time, injected so that tests and the simulator own it. @public */
export interface Clock {
  /** Wall-clock milliseconds since the epoch; may jump either way. */
  now(): number;
  /** Milliseconds of a clock that never goes back; only differences mean anything. */
  monotonic(): number;
  /** Resolves after `durationMs`, or at once when `signal` aborts; never rejects. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}
