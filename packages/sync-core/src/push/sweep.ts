import { type DirtyKey } from '../operations/local-operation.js';
import { type Stamp } from '../protocol/stamp.js';

/**
 * How far a sweep over an index of ids has come. Ids commit out of order, so every sweep starts from the beginning,
 * and one id may stand for more keys than a page holds.
 */
export class IndexSweep {
  #after: Stamp | null = null;
  #stuckAt: Stamp | null = null;
  #ended = false;

  /** Ids at or below this one have been read; null: none yet. */
  get after(): Stamp | null {
    return this.#after;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /**
   * A page was read. The last id of a full page may have more keys: it is read again, without those that are settled
   * by then. Where nothing of a page of one id got settled, the sweep goes on behind it, and the next one tries again.
   */
  advance(
    page: readonly DirtyKey[],
    { limit, progressed }: { readonly limit: number; readonly progressed: boolean },
  ): void {
    const last = page.at(-1)?.id ?? null;
    if (page.length < limit || last === null) {
      this.#ended = true;
      return;
    }
    const before = page.findLast(({ id }) => id !== last)?.id ?? null;
    if (before !== null) this.#after = before;
    else if (this.#stuckAt === last && !progressed) this.#after = last;
    else this.#stuckAt = last;
  }
}
