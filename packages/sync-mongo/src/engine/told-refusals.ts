import { type QuarantineEntry } from '@bomba/sync-core';

const DEFAULT_LIMIT = 10_000;

/**
 * Which refusals the log has told: a state that is tried again by itself is refused anew each time, and that is no news. To
 * forget one (beyond the limit) only costs one more line.
 */
export class ToldRefusals {
  readonly #told = new Set<string>();
  readonly #limit: number;

  constructor({ limit = DEFAULT_LIMIT }: { readonly limit?: number } = {}) {
    this.#limit = limit;
  }

  /** Whether this state is refused for this reason for the first time; from then on it is not. */
  isNew({ key, direction, stamp, refusal }: Omit<QuarantineEntry, 'body' | 'waits'>): boolean {
    const name = `${direction} ${refusal.code} ${stamp} ${key}`;
    if (this.#told.has(name)) return false;
    this.#told.add(name);
    const [oldest] = this.#told;
    if (this.#told.size > this.#limit && oldest !== undefined) this.#told.delete(oldest);
    return true;
  }
}
