import { type DocumentKey } from '../document-key/document-key.js';
import { type Step } from '../operations/operation.js';

/** Keys that something is being done with now, each as often as it was begun. */
export class KeysUnderWay {
  readonly #counts = new Map<DocumentKey, number>();

  get areAny(): boolean {
    return this.#counts.size > 0;
  }

  has(key: DocumentKey): boolean {
    return this.#counts.has(key);
  }

  begin(key: DocumentKey): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  end(key: DocumentKey): void {
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }

  /** Carries out what is being done with these keys. */
  *during<Result>(keys: readonly DocumentKey[], step: Step<Result>): Step<Result> {
    for (const key of keys) this.begin(key);
    try {
      return yield* step;
    } finally {
      for (const key of keys) this.end(key);
    }
  }
}
