import { collectionOf, type DocumentKey, Setbacks, type SyncError } from '@bomba/sync-core';
import { type EngineParts } from '../engine/engine-parts.js';
import { systemRandom } from '../system/system-random.js';

/** More documents of one connection are not known one by one: their collections wait as a whole. */
const MAX_KEYS = 1_000;

type SetbackParts = Pick<EngineParts, 'board' | 'emitter' | 'options' | 'pushSize'>;

/**
 * The collections and documents whose push has failed, and which wait by themselves while everything else goes on: a
 * collection that Atlas does not let this user write, a document that nothing can be done with.
 */
export class PushSetbacks {
  readonly #parts: SetbackParts;
  readonly #collections: Setbacks<string>;
  readonly #keys: Setbacks<DocumentKey>;

  constructor(parts: SetbackParts) {
    this.#parts = parts;
    this.#collections = new Setbacks(parts.options.retry, systemRandom);
    this.#keys = new Setbacks(parts.options.retry, systemRandom);
  }

  /** Whether a document is left alone at this moment, by itself or with its collection. */
  isWaiting(key: DocumentKey): boolean {
    if (this.#isAtRest()) return false;
    return this.isCollectionWaiting(collectionOf(key)) || this.#keys.isWaiting(key, this.#nowMs);
  }

  isCollectionWaiting(collection: string): boolean {
    return this.#collections.isWaiting(collection, this.#nowMs);
  }

  /** Whether a document is known to fail by itself. */
  isKnown(key: DocumentKey): boolean {
    return this.#keys.has(key);
  }

  /** Nothing of a collection could be pushed. Those that were under way side by side count once. */
  collectionFailed(collection: string, failure: SyncError): void {
    if (this.isCollectionWaiting(collection)) return;
    // A server that has too much to do is asked for less; any other refusal says nothing about that.
    const { pushSize } = this.#parts;
    if (failure.code === 'SYNC_WRITE_TRANSIENT') pushSize.failed();
    this.#report(failure, { collection, attempt: this.#collections.failed(collection, this.#nowMs) });
  }

  /** These documents failed, each by itself, while others of their collection were pushed. */
  documentsFailed(keys: readonly DocumentKey[], failure: SyncError): void {
    for (const key of keys) {
      const collection = collectionOf(key);
      if (this.#keys.size >= MAX_KEYS && !this.#keys.has(key)) this.collectionFailed(collection, failure);
      else this.#report(failure, { collection, key, attempt: this.#keys.failed(key, this.#nowMs) });
    }
  }

  /** All of these could be pushed, or were found to need nothing. */
  succeeded(keys: readonly DocumentKey[]): void {
    if (this.#isAtRest()) return;
    for (const key of keys) {
      this.#keys.succeeded(key);
      this.#collections.succeeded(collectionOf(key));
    }
    if (this.#isAtRest()) this.#parts.board.recovered();
  }

  #isAtRest(): boolean {
    return this.#collections.size === 0 && this.#keys.size === 0;
  }

  get #nowMs(): number {
    return this.#parts.options.clock.monotonic();
  }

  /** Said at the first time, and each time when it stays. */
  #report(
    failure: SyncError,
    at: { readonly collection: string; readonly attempt: number; readonly key?: DocumentKey },
  ): void {
    const { board, emitter, options } = this.#parts;
    board.count('local-to-atlas', 'failedCount');
    board.failed(failure);
    emitter.emit('failed', { direction: 'local-to-atlas', code: failure.code, attempt: at.attempt });
    const isAlarming = at.attempt >= options.changeStream.maxReconnectAttempts;
    const fields = { ...failure.context, code: failure.code, ...at };
    if (at.attempt === 1) options.logger.warn(`push failed, trying again: ${failure.message}`, fields);
    else if (isAlarming) options.logger.error(`push keeps failing: ${failure.message}`, fields);
  }
}
