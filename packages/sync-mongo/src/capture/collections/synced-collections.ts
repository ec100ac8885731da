import { type Connection } from 'mongoose';
import { type NativeCollection } from '../seam/native-collection.js';
import { reachesSameDatabase, reachesSameServer } from '../seam/same-database.js';
import { type AnyModel } from '../seam/watch-connections.js';
import { METADATA_REFUSED } from './refusal-reason.js';
import { refusedBySchema } from './refused-by-schema.js';

/** A collection that cannot be synced; it works as without sync. */
export interface RefusedCollection {
  readonly collection: string;
  readonly reason: string;
}

/** What decides which collections are synced. */
export interface SyncedCollectionsOptions {
  /** The connection to Local; others count where they reach the same database. */
  readonly local: Connection;
  readonly isSynced: (collectionName: string) => boolean;
  /** Hears once of each synced model. */
  readonly onModel: (model: AnyModel) => void;
  /** Hears once of each collection that is refused. */
  readonly onRefused: (refused: RefusedCollection) => void;
}

/** Names that belong to the engine or to the server. */
const RESERVED = /^(_sync_|system\.)/;

/** Which collections are synced: those of Local that have a model which has not opted out, and are not refused. */
export class SyncedCollections {
  readonly #options: SyncedCollectionsOptions;
  /** With the reason why its schema says that it cannot be synced. */
  readonly #models = new Map<AnyModel, string | null>();
  readonly #announced = new Set<AnyModel>();
  readonly #refused = new Map<string, string>();
  #names: ReadonlySet<string> = new Set();

  constructor(options: SyncedCollectionsOptions) {
    this.#options = options;
  }

  /** Their names, sorted. */
  get names(): readonly string[] {
    return [...this.#names].sort();
  }

  /** Names of the other collections of Local that have a model. */
  get others(): readonly string[] {
    const models = [...this.#models.keys()].filter(({ db }) => reachesSameDatabase(db, this.#options.local));
    const names = new Set(models.map((model) => model.collection.collectionName));
    return [...names].filter((name) => !this.#names.has(name) && !RESERVED.test(name));
  }

  get refused(): readonly RefusedCollection[] {
    return [...this.#refused].map(([collection, reason]) => ({ collection, reason }));
  }

  /** The models of a collection. */
  modelsOf(collection: string): readonly AnyModel[] {
    return [...this.#models.keys()].filter((model) => model.collection.collectionName === collection);
  }

  add(model: AnyModel): void {
    this.#models.set(model, refusedBySchema(model));
    this.review();
  }

  /** The collection is synced no more, and works as without sync. */
  refuse(collection: string, reason: string): void {
    this.#refuse(collection, reason);
    this.review();
  }

  #refuse(collection: string, reason: string): void {
    const isNew = !this.#refused.has(collection);
    this.#refused.set(collection, reason);
    if (isNew) this.#options.onRefused({ collection, reason });
  }

  /** Whether writes through this object are captured. */
  has(native: NativeCollection): boolean {
    const { name, conn } = native;
    if (!reachesSameDatabase(conn, this.#options.local)) return false;
    return this.#names.has(name) || (this.#isEligible(name) && hasUnlistedModel(native));
  }

  /** Whether the validator of the collection refuses the metadata, so that writes are to take it away. */
  refusesMetadata({ name, conn }: NativeCollection): boolean {
    return this.#refused.get(name) === METADATA_REFUSED && reachesSameDatabase(conn, this.#options.local);
  }

  /** Whether documents read through this object may have metadata to hide: also those of a collection refused since. */
  mayHaveMetadata(native: NativeCollection): boolean {
    return this.has(native) || this.#wasSynced(native);
  }

  #wasSynced({ name, conn }: NativeCollection): boolean {
    return this.#refused.has(name) && reachesSameDatabase(conn, this.#options.local);
  }

  /** Whether a database of this name, on the connection's server, is Local. */
  isLocal(connection: Connection, dbName: string): boolean {
    const { local } = this.#options;
    return local.name === dbName && (connection === local || reachesSameServer(connection, local));
  }

  /** Whether a collection of Local is synced. */
  hasNamed(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether a collection of Local may have metadata to hide. */
  mayHideNamed(name: string): boolean {
    return this.#names.has(name) || this.#refused.has(name);
  }

  /** Looks again at all models: which connection reaches Local is known only once it is open. */
  review(): void {
    for (const [model, reason] of this.#models) {
      if (reason !== null && this.#isSynced(model)) this.#refuse(model.collection.collectionName, reason);
    }
    const synced = [...this.#models.keys()].filter((model) => this.#isSynced(model));
    this.#names = new Set(synced.map((model) => model.collection.collectionName));
    for (const model of synced) {
      if (this.#announced.has(model)) continue;
      this.#announced.add(model);
      this.#options.onModel(model);
    }
  }

  #isSynced(model: AnyModel): boolean {
    const name = model.collection.collectionName;
    return (
      this.#isEligible(name) && !hasOptedOut(model) && reachesSameDatabase(model.db, this.#options.local)
    );
  }

  #isEligible(name: string): boolean {
    return !RESERVED.test(name) && !this.#refused.has(name) && this.#options.isSynced(name);
  }
}

/** A discriminator shares the collection of its base, which decides for it. */
function hasOptedOut({ schema, baseModelName }: AnyModel): boolean {
  return baseModelName !== undefined || isOptOut(schema.options);
}

function isOptOut(options: object | undefined): boolean {
  return Reflect.get(options ?? {}, 'sync') === false;
}

/** A model for another collection (`conn.model(name, 'other')`) is announced by no event, only by its collection. */
function hasUnlistedModel({ opts }: NativeCollection): boolean {
  return opts?.schemaUserProvidedOptions !== undefined && !isOptOut(opts.schemaUserProvidedOptions);
}
