import { type DocumentKey } from '../document-key/document-key.js';

const DEFAULT_LIMIT = 100_000;

/** Whoever has not been asked about for so long, or so many graces, is forgotten: a tombstone has come, or others look. */
const FORGET_AFTER_MS = 600_000;
const FORGET_AFTER_GRACES = 10;

/**
 * Remembers since when a key is gone from Atlas without a tombstone: a deletion is called foreign only after a grace,
 * as its tombstone is written after the removal. Where no more keys can be remembered, the others wait until those have
 * had their turn: a key that made way for the next one before its grace is over would wait for ever.
 */
export class AbsenceWatch {
  readonly #since = new Map<DocumentKey, number>();
  readonly #graceMs: number;
  readonly #limit: number;
  readonly #forgetAfterMs: number;
  /** Nobody is so old before that it may be forgotten. */
  #fullUntilMs = -Infinity;

  constructor({ graceMs, limit = DEFAULT_LIMIT }: { readonly graceMs: number; readonly limit?: number }) {
    this.#graceMs = graceMs;
    this.#limit = limit;
    this.#forgetAfterMs = Math.max(FORGET_AFTER_MS, graceMs * FORGET_AFTER_GRACES);
  }

  /** Whether the key has been gone for the grace by now; `nowMs` is of a clock that never goes back. */
  isOver(key: DocumentKey, nowMs: number): boolean {
    if (this.#graceMs <= 0) return true;
    const since = this.#since.get(key);
    if (since === undefined) {
      if (this.#hasRoom(nowMs)) this.#since.set(key, nowMs);
      return false;
    }
    if (nowMs - since < this.#graceMs) return false;
    this.#since.delete(key);
    return true;
  }

  /** The key is there, or its deletion has been told: should it be gone again, its grace begins then. */
  isBack(key: DocumentKey): void {
    this.#since.delete(key);
  }

  #hasRoom(nowMs: number): boolean {
    if (this.#since.size < this.#limit) return true;
    if (nowMs < this.#fullUntilMs) return false;
    for (const [key, since] of this.#since) {
      this.#fullUntilMs = since + this.#forgetAfterMs;
      if (nowMs < this.#fullUntilMs) break;
      this.#since.delete(key);
    }
    return this.#since.size < this.#limit;
  }
}
