import { type Scheduler } from 'fast-check';
import { type Db, type Document } from 'mongodb';

const METADATA = '_sync_metadata';

/** A database of named collections and one document of metadata, whose every answer the scheduler may let wait. */
export class ScheduledDatabase {
  readonly #scheduler: Scheduler;
  readonly #uuids = new Map([[METADATA, 'uuid of the metadata']]);
  #saved: Document | null = null;
  #made = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** What a server does at one moment, at a moment of the scheduler's choice. */
  async at<Result>(what: string, work: () => Result): Promise<Result> {
    await this.#scheduler.schedule(Promise.resolve(), `${what}: arrives`);
    const result = work();
    await this.#scheduler.schedule(Promise.resolve(), `${what}: is answered`);
    return result;
  }

  /** Puts a new collection in the place of the name. */
  put(name: string): void {
    this.#uuids.set(name, `uuid ${(this.#made += 1)}`);
  }

  drop(name: string): void {
    this.#uuids.delete(name);
  }

  get db(): Db {
    const collections = (): Document[] => [...this.#uuids].map(([name, uuid]) => ({ name, info: { uuid } }));
    const db = {
      listCollections: () => ({ toArray: () => this.at('listCollections', collections) }),
      collection: () => ({
        findOne: () => this.at('find', () => structuredClone(this.#saved)),
        updateOne: (filter: Document, update: Document) =>
          this.at('update', () => this.#update(filter, update['$set'] as Document)),
      }),
    };
    return db as unknown as Db;
  }

  #update(filter: Document, set: Document): { matchedCount: number; upsertedCount: number } {
    const isAsked = this.#saved
      ? ['within', 'known'].every(
          (field) => JSON.stringify(filter[field]) === JSON.stringify(this.#saved?.[field]),
        )
      : !('known' in filter);
    if (!isAsked) return { matchedCount: 0, upsertedCount: 0 };
    const isNew = this.#saved === null;
    this.#saved = { _id: 'collections', ...structuredClone(set) };
    return { matchedCount: isNew ? 0 : 1, upsertedCount: isNew ? 1 : 0 };
  }
}
