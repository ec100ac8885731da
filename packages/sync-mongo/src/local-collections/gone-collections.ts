import { type Logger } from '@bomba/sync-core';
import { type Pauses } from '../control/pauses.js';
import { InTurn } from '../engine/in-turn.js';
import { type CollectionRegister } from './collection-register.js';

/** What the watch over Local's collections works with. */
export interface GoneCollectionsOptions {
  readonly register: CollectionRegister;
  readonly pauses: Pauses;
  readonly logger: Logger;
  readonly collections: () => readonly string[];
  /** Whether an aggregation of the application is why a collection is another one, and settles it. */
  readonly isBeingReplaced: (collection: string) => Promise<boolean>;
  /** Makes sync's own collections and indexes anew, which go with a database. Idempotent. */
  readonly restoreState: () => Promise<void>;
}

/**
 * Pauses synced collections that are dropped or renamed on Local, by the application or past it: nothing is guessed where
 * a whole collection is gone, neither that its documents were deleted nor that they are to come back.
 */
export class GoneCollections {
  readonly #options: GoneCollectionsOptions;
  readonly #turns = new InTurn();

  constructor(options: GoneCollectionsOptions) {
    this.#options = options;
  }

  /** Pauses what is gone, and knows the others from now on. */
  check(): Promise<void> {
    return this.#turns.run(async () => {
      while (!(await this.#checkOnce()));
    });
  }

  /** What is there now is what the operator wants to go on with. */
  accept(collections: readonly string[] = this.#options.collections()): Promise<void> {
    return this.#turns.run(() => this.#options.register.note(collections));
  }

  /** Pauses those of the collections that sync has seen, before the application drops them. Answers which. */
  async beforeDrop(collections: readonly string[]): Promise<readonly string[]> {
    const known = await this.#options.register.known(collections);
    for (const collection of known) await this.#pause(collection);
    return known;
  }

  /** The same once more, where the pauses went with the database. */
  async afterDrop(collections: readonly string[]): Promise<void> {
    await this.#options.restoreState();
    for (const collection of collections) await this.#pause(collection);
  }

  /**
   * False where others noted collections meanwhile, so that nothing can be said. A replacement notes the collection it
   * made before it is settled: who sees another collection, no replacement, and the same note as before sees one that is
   * gone.
   */
  async #checkOnce(): Promise<boolean> {
    const { register, collections, isBeingReplaced, restoreState } = this.#options;
    const names = collections();
    const seen = await register.see(names);
    const replaced = new Set<string>();
    for (const name of seen.gone) if (await isBeingReplaced(name)) replaced.add(name);
    if (seen.gone.length > 0) {
      if (!(await register.isAsSeen(seen))) return false;
      await restoreState();
    }
    for (const name of seen.gone) if (!replaced.has(name)) await this.#pause(name);
    return register.take(
      seen,
      names.filter((name) => !replaced.has(name)),
    );
  }

  /** It is compared once the pause is over, and at no moment before: that would guess. */
  async #pause(collection: string): Promise<void> {
    const { pauses, logger } = this.#options;
    await pauses.refresh();
    const isNew = !pauses.isWhollyPaused(collection);
    if (isNew) await pauses.pauseItself(collection);
    await pauses.markStale(collection);
    if (!isNew) return;
    logger.error('a synced collection was dropped or renamed on Local; paused: choose by resync', {
      collection,
    });
  }
}
