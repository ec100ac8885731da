import { type DocumentKey } from '../document-key/document-key.js';
import { type DirtyKey } from '../operations/local-operation.js';
import { type Stamp } from '../protocol/stamp.js';

/** Where a page of an index begins. */
export interface PageStart {
  /** Behind this id; null: at the beginning. */
  readonly after: Stamp | null;
  /** So many keys there are passed over. */
  readonly skip: number;
}

/**
 * How far a sweep over an index of ids has come. Ids commit out of order, so every sweep starts from the beginning. One
 * id may stand for more keys than a page holds: those of a page's last id are read again, but for the ones that were
 * left there. What is settled is out of the index by then.
 */
export class IndexSweep {
  #start: PageStart = { after: null, skip: 0 };
  #page: readonly DirtyKey[] = [];
  #ended = false;

  /** Where the next page begins. */
  get start(): PageStart {
    return this.#start;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** This page was read from the start on; one that is not full is the last. */
  read(page: readonly DirtyKey[], limit: number): void {
    this.#page = page;
    this.#ended = page.length < limit;
  }

  /** The page has had its turn; these keys of it, at least, are still in the index. */
  goOn(left: ReadonlySet<DocumentKey>): void {
    const { after, skip } = this.#start;
    const last = this.#page.at(-1)?.id;
    if (last === undefined) return;
    const leftCount = this.#page.filter(({ key, id }) => id === last && left.has(key)).length;
    const before = this.#page.findLast(({ id }) => id !== last)?.id;
    this.#start =
      before === undefined ? { after, skip: skip + leftCount } : { after: before, skip: leftCount };
    this.#page = [];
  }
}
