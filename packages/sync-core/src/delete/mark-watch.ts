import { type Stamp } from '../protocol/stamp.js';

const DEFAULT_LIMIT = 10_000;

/** How a {@link MarkWatch} is made. @public */
export interface MarkWatchOptions {
  /** For how long a mark must have been seen for its process to count as dead. */
  readonly ageMs: number;
  /** How many deletes are watched at once. Default 10,000. */
  readonly limit?: number;
}

/**
 * Remembers since when the marks of a delete have been there, by its id, which a delete of many documents shares. The
 * id's own time says nothing of a mark's age, as its clock may have been decades ahead. Where no more can be watched,
 * the others have their turn as these end: each is gone, or finished, soon after it is old.
 *
 * @public
 */
export class MarkWatch {
  readonly #since = new Map<Stamp, number>();
  readonly #ageMs: number;
  readonly #limit: number;

  constructor({ ageMs, limit = DEFAULT_LIMIT }: MarkWatchOptions) {
    this.#ageMs = ageMs;
    this.#limit = limit;
  }

  /** Those that are watched. */
  get ids(): readonly Stamp[] {
    return [...this.#since.keys()];
  }

  get isFull(): boolean {
    return this.#since.size >= this.#limit;
  }

  /** A mark of that id is there; `nowMs` is of a clock that never goes back. Beyond the limit it is not remembered. */
  see(id: Stamp, nowMs: number): void {
    if (!this.isFull && !this.#since.has(id)) this.#since.set(id, nowMs);
  }

  /** Those whose marks have been there for the age by now. */
  old(nowMs: number): readonly Stamp[] {
    return [...this.#since].flatMap(([id, since]) => (nowMs - since >= this.#ageMs ? [id] : []));
  }

  /** No mark of that id is there any more. */
  forget(id: Stamp): void {
    this.#since.delete(id);
  }
}
