import { type DocumentKey } from '../document-key/document-key.js';
import { type Step } from '../operations/operation.js';

/**
 * The keys of which this process' lanes are pushing a state now: from before it leaves until Local knows the outcome, or
 * the attempt has failed. What is found on Atlas meanwhile may have been written on top of that state, which neither side
 * tells any more, so nobody looks at such a key. No larger than what the lanes send at once.
 */
export class PushesUnderWay {
  readonly #counts = new Map<DocumentKey, number>();

  get areAny(): boolean {
    return this.#counts.size > 0;
  }

  has(key: DocumentKey): boolean {
    return this.#counts.has(key);
  }

  /** Carries out a push of these keys, and its acknowledgement. */
  *during<Result>(keys: readonly DocumentKey[], push: Step<Result>): Step<Result> {
    for (const key of keys) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    try {
      return yield* push;
    } finally {
      for (const key of keys) this.#end(key);
    }
  }

  #end(key: DocumentKey): void {
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }
}
