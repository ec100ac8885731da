import { type DocumentKey } from '../document-key/document-key.js';

interface Entry<Position> {
  position: Position;
  readonly open: Set<DocumentKey>;
}

/**
 * Keeps the saved position behind durably applied state: a position may be saved once every key that was said anything
 * about up to it is settled. A key whose deletion may still be explained by a tombstone holds it back meanwhile.
 */
export class PositionTracker<Position> {
  readonly #entries: Entry<Position>[] = [];
  #savable: Position | null = null;

  /** A batch up to `position` was applied, but for these keys. */
  applied(position: Position, open: readonly DocumentKey[] = []): void {
    const last = this.#entries.at(-1);
    if (last?.open.size === 0 && open.length === 0) last.position = position;
    else this.#entries.push({ position, open: new Set(open) });
    this.#advance();
  }

  /** These keys are settled. */
  settled(keys: readonly DocumentKey[]): void {
    for (const { open } of this.#entries) for (const key of keys) open.delete(key);
    this.#advance();
  }

  /** Keys that hold the position back. */
  get open(): readonly DocumentKey[] {
    return [...new Set(this.#entries.flatMap(({ open }) => [...open]))];
  }

  /** How many keys hold it back; one that several batches told of counts in each. */
  get openCount(): number {
    return this.#entries.reduce((count, { open }) => count + open.size, 0);
  }

  /** The position that may be saved now, once; null where it has not moved. */
  take(): Position | null {
    const position = this.#savable;
    this.#savable = null;
    return position;
  }

  #advance(): void {
    while (this.#entries[0]?.open.size === 0) {
      const entry = this.#entries.shift();
      if (entry) this.#savable = entry.position;
    }
  }
}
