/**
 * A signal that also aborts with others, for what is made again and again beside signals that live long: released, it leaves
 * nothing behind. What `AbortSignal.any` makes stays noted at each of its signals for as long as that lives, on Node before
 * 22.12 (nodejs/node#55351).
 */
export class LinkedAbort {
  readonly #own = new AbortController();
  readonly #others: readonly AbortSignal[];
  readonly #follow = (): void => this.abort(this.#others.find(({ aborted }) => aborted)?.reason);

  constructor(...others: readonly AbortSignal[]) {
    this.#others = others;
    for (const other of others) other.addEventListener('abort', this.#follow, { once: true });
    if (others.some(({ aborted }) => aborted)) this.#follow();
  }

  get signal(): AbortSignal {
    return this.#own.signal;
  }

  abort(reason?: unknown): void {
    this.#own.abort(reason);
    this.release();
  }

  /** Follows the others no more. */
  release(): void {
    for (const other of this.#others) other.removeEventListener('abort', this.#follow);
  }
}
