import { type Stamp } from '../protocol/stamp.js';

const DEFAULT_LIMIT = 100_000;

/**
 * Remembers the versions that this process pushed and has not yet seen come back. Only these are echoes: the same
 * version coming by once more means that a foreign hand wrote the document back with its metadata. Forgetting (a
 * restart, beyond the limit) only costs a look.
 */
export class EchoWatch {
  readonly #expected = new Set<Stamp>();
  readonly #limit: number;

  constructor({ limit = DEFAULT_LIMIT }: { readonly limit?: number } = {}) {
    this.#limit = limit;
  }

  /** A version is about to be pushed. */
  expect(stamp: Stamp): void {
    this.#expected.add(stamp);
    if (this.#expected.size <= this.#limit) return;
    for (const oldest of this.#expected) {
      this.#expected.delete(oldest);
      return;
    }
  }

  /** A version of ours has come by: true where it is an echo, once. */
  take(stamp: Stamp): boolean {
    return this.#expected.delete(stamp);
  }
}
