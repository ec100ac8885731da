import {
  type Collision,
  type CollisionResolution,
  collectionOf,
  type Logger,
  quarantined,
} from '@bomba/sync-core';
import { type UniqueConflictHook } from '../sync-options.js';
import { isDocument, mergeDocument, toPlainDocument } from './merge-document.js';

/** How often one document is changed in a row before it waits for somebody: a hook may give the same value for ever. */
const MAX_CHANGES = 10;
/** Of how many documents that is remembered. */
const MAX_REMEMBERED = 10_000;

/** Asks the application what is to become of documents that came too late for a unique value. */
export class CollisionSettler {
  readonly #hook: UniqueConflictHook;
  readonly #logger: Logger;
  readonly #changeCounts = new Map<string, number>();

  constructor({ hook, logger }: { readonly hook: UniqueConflictHook; readonly logger: Logger }) {
    this.#hook = hook;
    this.#logger = logger;
  }

  /** Never throws: where the hook fails, the loser waits in quarantine. */
  resolve(collision: Collision): CollisionResolution {
    const collection = collectionOf(collision.loser.key);
    try {
      return this.#ask(collection, collision);
    } catch (error) {
      const errorName = error instanceof Error ? error.name : typeof error;
      this.#logger.warn('onUniqueConflict failed; the document waits in quarantine', {
        collection,
        errorName,
      });
      return quarantined;
    }
  }

  #ask(collection: string, { loser, winner, fields }: Collision): CollisionResolution {
    const answer = this.#hook({
      collection,
      fields: Object.keys(fields),
      loser: toPlainDocument(loser.body),
      winner: toPlainDocument(winner.body),
    });
    if (answer === 'quarantine') return quarantined;
    if ('merge' in answer && isDocument(answer.merge))
      return { do: 'merge', body: mergeDocument(answer.merge, [winner.body, loser.body]) };
    if (!('change' in answer) || !isDocument(answer.change))
      throw new TypeError("onUniqueConflict returns { change }, { merge } or 'quarantine'.");
    if (!this.#mayChange(loser.key)) return quarantined;
    return { do: 'change', body: mergeDocument(answer.change, [loser.body, winner.body]) };
  }

  #mayChange(key: string): boolean {
    const count = (this.#changeCounts.get(key) ?? 0) + 1;
    this.#changeCounts.delete(key);
    this.#changeCounts.set(key, count);
    for (const oldest of this.#changeCounts.keys()) {
      if (this.#changeCounts.size <= MAX_REMEMBERED) break;
      this.#changeCounts.delete(oldest);
    }
    return count <= MAX_CHANGES;
  }
}
