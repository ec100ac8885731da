import {
  collectionOf,
  type Direction,
  type DocumentKey,
  type Random,
  Setbacks,
  type SyncError,
  type SyncStatus,
} from '@bomba/sync-core';
import { type EngineParts } from '../engine/engine-parts.js';
import { stateCollections } from '../state/state-collections.js';
import { systemRandom } from '../system/system-random.js';

/** More documents are not known one by one: their collections wait as a whole. */
const MAX_KEYS = 1_000;

/** What is left alone for now, as it could not be written on Atlas: by push, and by whatever else writes there. */
export interface SetbacksByWork {
  readonly push: WriteSetbacks;
  readonly pull: WriteSetbacks;
}

type SetbackParts = Pick<EngineParts, 'board' | 'emitter' | 'options' | 'pushSize'>;

const works = { 'local-to-atlas': 'push', 'atlas-to-local': 'what pull writes on Atlas' } as const;

/** What was to be left alone no longer at some moment, with how often in a row each had failed by then. */
export interface DueSetbacks {
  readonly collections: ReadonlyMap<string, number>;
  readonly keys: ReadonlyMap<DocumentKey, number>;
}

/**
 * The collections and documents that Atlas could not be written for, and which wait by themselves while everything else goes
 * on: a collection that Atlas does not let this user write, a document that nothing can be done with. They outlive a
 * connection, which proves nothing about them.
 */
export class WriteSetbacks {
  readonly #parts: SetbackParts;
  readonly #direction: Direction;
  readonly #collections: Setbacks<string>;
  readonly #keys: Setbacks<DocumentKey>;
  /** The collection of Atlas in which each document failed: its own, or the tombstones. */
  readonly #places = new Map<DocumentKey, string>();
  /** Why each of them waits, the latest last. */
  readonly #failures = new Map<string, NonNullable<SyncStatus['lastError']>>();

  constructor(parts: SetbackParts, direction: Direction, random: Pick<Random, 'fraction'> = systemRandom) {
    this.#parts = parts;
    this.#direction = direction;
    this.#collections = new Setbacks(parts.options.retry, random);
    this.#keys = new Setbacks(parts.options.retry, random);
  }

  /** Nothing has failed. */
  get isAtRest(): boolean {
    return this.#collections.size === 0 && this.#keys.size === 0;
  }

  /** Whether a document is left alone at this moment, by itself or with the collection it is written to. */
  isWaiting(key: DocumentKey, collection = collectionOf(key)): boolean {
    if (this.isAtRest) return false;
    return this.isCollectionWaiting(collection) || this.#keys.isWaiting(key, this.#nowMs);
  }

  isCollectionWaiting(collection: string): boolean {
    return this.#collections.isWaiting(collection, this.#nowMs);
  }

  /** Whether a document is known to fail by itself. */
  isKnown(key: DocumentKey): boolean {
    return this.#keys.has(key);
  }

  /** How often in a row what a document needs on Atlas could not be written, it or its tombstone; 0: it has not failed. */
  failureCount(key: DocumentKey): number {
    if (this.isAtRest) return 0;
    const counts = [collectionOf(key), stateCollections.tombstones].map((name) =>
      this.#collections.countOf(name),
    );
    return Math.max(this.#keys.countOf(key), ...counts);
  }

  /** Why what a document needs on Atlas could not be written, it or its tombstone; null: it has not failed. */
  codeFor(key: DocumentKey): string | null {
    const places = [key, collectionOf(key), stateCollections.tombstones];
    return places.map((place) => this.#failures.get(place)?.code).find((code) => code !== undefined) ?? null;
  }

  /** How often in a row nothing of a collection could be written. */
  collectionCount(collection: string): number {
    return this.#collections.countOf(collection);
  }

  /** How many documents of a collection are known to fail by themselves. */
  knownIn(collection: string): number {
    return this.#keys.scopes.filter((key) => collectionOf(key) === collection).length;
  }

  /** Whether something of a collection is known to fail: it, a document of it, or the tombstones of all. */
  isFailing(collection: string): boolean {
    const places = [collection, stateCollections.tombstones];
    return places.some((name) => this.#collections.has(name)) || this.knownIn(collection) > 0;
  }

  /** Nothing of a collection could be written. Those that were under way side by side count once. */
  collectionFailed(collection: string, failure: SyncError): void {
    if (this.isCollectionWaiting(collection)) return;
    // A server that has too much to do is asked for less; any other refusal says nothing about that.
    const { pushSize } = this.#parts;
    if (this.#direction === 'local-to-atlas' && failure.code === 'SYNC_WRITE_TRANSIENT') pushSize.failed();
    this.#report(failure, { collection, attempt: this.#collections.failed(collection, this.#nowMs) });
  }

  /** These documents failed, each by itself, while others of their collection were written. */
  documentsFailed(keys: readonly DocumentKey[], collection: string, failure: SyncError): void {
    for (const key of keys) {
      if (this.#keys.size >= MAX_KEYS && !this.#keys.has(key)) this.collectionFailed(collection, failure);
      else {
        this.#places.set(key, collection);
        this.#report(failure, { collection, key, attempt: this.#keys.failed(key, this.#nowMs) });
      }
    }
  }

  /** All of these could be written, or were found to need nothing. */
  succeeded(keys: readonly DocumentKey[], collectionFor = collectionOf): void {
    if (this.isAtRest) return;
    for (const key of keys) this.#forget({ collection: collectionFor(key), key });
    this.#tell();
  }

  /** What is to be tried again now: no document that failed in a collection which waits as a whole. */
  due(): DueSetbacks {
    const nowMs = this.#nowMs;
    const keys = [...this.#keys.due(nowMs)].filter(([key]) => !this.isWaiting(key, this.#placeOf(key)));
    return { collections: this.#collections.due(nowMs), keys: new Map(keys) };
  }

  /**
   * Everything that waits was tried since that was due: what has not failed again is no more, be it that another lane, or
   * another process, has settled it. A document that failed in a collection which fails as a whole may not have been tried.
   */
  met(due: DueSetbacks): void {
    for (const [collection, count] of due.collections)
      if (this.#collections.countOf(collection) === count) this.#forget({ collection });
    for (const [key, count] of due.keys) {
      const isSure = !this.#collections.has(this.#placeOf(key));
      if (isSure && this.#keys.countOf(key) === count) this.#forget({ key });
    }
    this.#tell();
  }

  /** Whoever comes next finds out anew. */
  end(): void {
    this.#failures.clear();
    this.#tell();
  }

  #forget({ collection, key }: { readonly collection?: string; readonly key?: DocumentKey }): void {
    if (collection !== undefined) {
      this.#collections.succeeded(collection);
      this.#failures.delete(collection);
    }
    if (key !== undefined) {
      this.#keys.succeeded(key);
      this.#places.delete(key);
      this.#failures.delete(key);
    }
  }

  #placeOf(key: DocumentKey): string {
    return this.#places.get(key) ?? collectionOf(key);
  }

  get #nowMs(): number {
    return this.#parts.options.clock.monotonic();
  }

  #tell(): void {
    this.#parts.board.standing(this.#direction, [...this.#failures.values()].at(-1) ?? null);
  }

  /** Said at the first time, and each time when it stays. */
  #report(
    failure: SyncError,
    at: { readonly collection: string; readonly attempt: number; readonly key?: DocumentKey },
  ): void {
    const { board, emitter, options } = this.#parts;
    const direction = this.#direction;
    const { code } = failure;
    board.count(direction, 'failedCount');
    this.#failures.delete(at.key ?? at.collection);
    const message = `${at.collection}: ${failure.message}`;
    this.#failures.set(at.key ?? at.collection, { code, message, atMs: options.clock.now() });
    this.#tell();
    emitter.emit('failed', { direction, code, attempt: at.attempt });
    const isAlarming = at.attempt >= options.changeStream.maxReconnectAttempts;
    const fields = { ...failure.context, code, ...at };
    const work = works[direction];
    if (at.attempt === 1) options.logger.warn(`${work} failed, trying again: ${failure.message}`, fields);
    else if (isAlarming) options.logger.error(`${work} keeps failing: ${failure.message}`, fields);
  }
}

/** Where nothing has failed yet. */
export function noSetbacks(parts: SetbackParts): SetbacksByWork {
  return {
    push: new WriteSetbacks(parts, 'local-to-atlas'),
    pull: new WriteSetbacks(parts, 'atlas-to-local'),
  };
}
