import { backoffDelay, type Clock, type RetryPolicy, type SyncError } from '@bomba/sync-core';
import { systemRandom } from '../system/system-random.js';

/**
 * The longest wait between two attempts to reach an Atlas that does not answer: what gathered is to be there soon after
 * the link has healed, and one attempt of one branch costs little.
 */
const MAX_ABSENCE_WAIT_MS = 1_000;

/** What the pace is made of. */
export interface ReconnectPaceOptions {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly policy: Pick<RetryPolicy, 'baseMs' | 'maxMs'>;
  /** Told when what failed before counts as overcome. */
  readonly onRecovered: () => void;
}

/**
 * How long to wait before the next connection to Atlas, by how the last ones ended. That one opens proves only that
 * Atlas answers: what broke the last one soon after it opened may break it too, so failures count on until a connection
 * has lasted.
 */
export class ReconnectPace {
  readonly #options: ReconnectPaceOptions;
  #failureCount = 0;
  #wasAbsent = false;

  constructor(options: ReconnectPaceOptions) {
    this.#options = options;
  }

  /** A connection works, until this signal aborts. */
  opened(end: AbortSignal): void {
    const { clock, policy } = this.#options;
    if (this.#failureCount === 0 || this.#wasAbsent) this.#recover();
    else void clock.sleep(policy.maxMs, end).then(() => (end.aborted ? undefined : this.#recover()));
  }

  /** It ended on purpose, for a new one to begin. */
  ended(): void {
    this.#failureCount = 0;
  }

  /** It broke, or none was had; returns how often in a row by now. */
  failed({ code }: Pick<SyncError, 'code'>): number {
    this.#wasAbsent = code === 'SYNC_CONN_UNREACHABLE';
    return ++this.#failureCount;
  }

  get delayMs(): number {
    const { baseMs, maxMs } = this.#options.policy;
    const limitMs = this.#wasAbsent ? Math.min(maxMs, MAX_ABSENCE_WAIT_MS) : maxMs;
    return backoffDelay(this.#failureCount, { baseMs, maxMs: limitMs }, systemRandom);
  }

  #recover(): void {
    this.#failureCount = 0;
    this.#options.onRecovered();
  }
}
