/** How often a locked document is passed over before it is tried again: as often as one turn looks at a key. */
const REST_COUNT = 12;
const DEFAULT_LIMIT = 10_000;

/**
 * Remembers which documents of Local were found locked by a transaction, so that a bulk need not wait for them again:
 * they are written by themselves, and only now and then. Forgetting (beyond the limit) only costs one more wait.
 */
export class LockWatch {
  readonly #restCounts = new Map<string, number>();
  readonly #limit: number;

  constructor({ limit = DEFAULT_LIMIT }: { readonly limit?: number } = {}) {
    this.#limit = limit;
  }

  /** Whether a document was locked when it was last written. */
  isSuspect(place: string): boolean {
    return this.#restCounts.has(place);
  }

  /** Whether a suspect is to be passed over this time. */
  rests(place: string): boolean {
    const left = this.#restCounts.get(place) ?? 0;
    if (left > 0) this.#restCounts.set(place, left - 1);
    return left > 0;
  }

  foundLocked(place: string): void {
    this.#restCounts.set(place, REST_COUNT - 1);
    if (this.#restCounts.size <= this.#limit) return;
    for (const oldest of this.#restCounts.keys()) {
      this.#restCounts.delete(oldest);
      return;
    }
  }

  foundFree(place: string): void {
    this.#restCounts.delete(place);
  }
}
