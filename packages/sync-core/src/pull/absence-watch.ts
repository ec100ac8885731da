import { type DocumentKey } from '../document-key/document-key.js';

const DEFAULT_LIMIT = 100_000;

/**
 * Remembers since when a key is gone from Atlas without a tombstone: a deletion is called foreign only after a grace,
 * as its tombstone is written after the removal. Forgetting (beyond the limit, or at a restart) only makes it wait anew.
 */
export class AbsenceWatch {
  readonly #since = new Map<DocumentKey, number>();
  readonly #graceMs: number;
  readonly #limit: number;

  constructor({ graceMs, limit = DEFAULT_LIMIT }: { readonly graceMs: number; readonly limit?: number }) {
    this.#graceMs = graceMs;
    this.#limit = limit;
  }

  /** Whether the key has been gone for the grace by now; `nowMs` is of a clock that never goes back. */
  isOver(key: DocumentKey, nowMs: number): boolean {
    const since = this.#since.get(key);
    if (since === undefined) {
      if (this.#since.size >= this.#limit) this.#forgetOldest();
      this.#since.set(key, nowMs);
      return this.#graceMs <= 0;
    }
    if (nowMs - since < this.#graceMs) return false;
    this.#since.delete(key);
    return true;
  }

  #forgetOldest(): void {
    for (const key of this.#since.keys()) {
      this.#since.delete(key);
      return;
    }
  }
}
