import { type Clock } from '@bomba/sync-core';
import { type Db, type IndexDescription } from 'mongodb';
import { codeOf } from '../errors/map-mongo-error.js';

/** An index that could not be built may need every value of a collection to be read: it is not tried at each connection. */
const RETRY_MS = 600_000;

/** Why an index could not be built. */
export interface IndexProblem {
  readonly serverCode: number;
  readonly message: string;
}

interface Failed {
  readonly problem: IndexProblem;
  readonly atMs: number;
}

/**
 * What this process has made sure of on Atlas, so that a later connection need not ask for it again, request by request over
 * a link that may be far away. Known by the server's own id of a collection: one that was dropped and made anew is another one. An index that somebody drops by itself is made again when the process starts again.
 */
export class AtlasInventory {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #built = new Set<string>();
  readonly #failed = new Map<string, Failed>();
  /** The ids of the collections that are there; null where the server has none for it. */
  #present: ReadonlyMap<string, string | null> = new Map();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Asks which collections are there; where that may not be asked, nothing is known. */
  async look(db: Db): Promise<void> {
    this.#present = new Map();
    try {
      const found = await db.listCollections({}, { nameOnly: false, readPreference: 'primary' }).toArray();
      this.#present = new Map(found.map(({ name, info }) => [name, info?.uuid?.toString('hex') ?? null]));
    } catch (error) {
      if (codeOf(error) === null) throw error;
    }
  }

  /** Atlas is not what it was: a restored collection has the id that it had, and perhaps not its indexes. */
  forget(): void {
    this.#built.clear();
    this.#failed.clear();
  }

  isThere(collection: string): boolean {
    return this.#present.has(collection);
  }

  /** Whether an index was built, or was there, when it was last asked for. */
  isBuilt(collection: string, index: IndexDescription): boolean {
    const name = this.#nameOf(collection, index);
    return name !== null && this.#built.has(name);
  }

  built(collection: string, index: IndexDescription): void {
    const name = this.#nameOf(collection, index);
    if (name === null) return;
    this.#built.add(name);
    this.#failed.delete(name);
  }

  /** Why an index could not be built, where that was so short a while ago that it is not tried again; else null. */
  problemOf(collection: string, index: IndexDescription): IndexProblem | null {
    const failed = this.#failed.get(this.#nameOf(collection, index) ?? '');
    return failed && this.#clock.monotonic() - failed.atMs < RETRY_MS ? failed.problem : null;
  }

  failed(collection: string, index: IndexDescription, problem: IndexProblem): void {
    const name = this.#nameOf(collection, index);
    if (name !== null) this.#failed.set(name, { problem, atMs: this.#clock.monotonic() });
  }

  #nameOf(collection: string, index: IndexDescription): string | null {
    const id = this.#present.get(collection) ?? null;
    return id === null ? null : `${id} ${JSON.stringify(index)}`;
  }
}
