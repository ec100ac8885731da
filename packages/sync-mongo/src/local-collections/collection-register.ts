import { type Collection, type Db, MongoServerError } from 'mongodb';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';

interface RegisterDocument {
  readonly _id: 'collections';
  /** The server's id of the collection that holds this: another one in a database that was restored from a dump. */
  readonly within: string;
  readonly known: readonly KnownCollection[];
}

interface KnownCollection {
  readonly name: string;
  /** The server's id: one that is dropped and created again has another. */
  readonly uuid: string;
}

/** One look at what Local has, beside what was known of it just before. */
export interface CollectionsSeen {
  readonly saved: RegisterDocument | null;
  readonly within: string | null;
  readonly uuids: ReadonlyMap<string, string>;
  /** Those that were there, and are gone or others by now. */
  readonly gone: readonly string[];
}

const _id = 'collections';

/**
 * Which collections Local has, by the ids that the server gave them, as sync last knew them: so a collection that was dropped
 * past its eyes is told from one that has never been. In a database that is new, or restored as a whole, it knows none.
 */
export class CollectionRegister {
  readonly #db: () => Db;
  /** As this process last knew it: a register that is gone went with its database. */
  #last: { readonly within: string; readonly known: readonly KnownCollection[] } | null = null;

  constructor(db: () => Db) {
    this.#db = db;
  }

  get #register(): Collection<RegisterDocument> {
    return this.#db().collection<RegisterDocument>(stateCollections.metadata);
  }

  /** Those of the collections that were there once. */
  async known(collections: readonly string[]): Promise<readonly string[]> {
    const names = new Set((await this.#register.findOne({ _id }))?.known.map(({ name }) => name));
    return collections.filter((name) => names.has(name));
  }

  /** Looks at the collections. What is known is read first: a replacement that ends meanwhile does not show as gone. */
  async see(collections: readonly string[]): Promise<CollectionsSeen> {
    const saved = await this.#saved();
    const { metadata } = stateCollections;
    const filter = { name: { $in: [...collections, metadata] } };
    const found = await this.#db().listCollections(filter, { nameOnly: false }).toArray();
    const uuids = new Map(found.map(({ name, info }) => [name, String(info?.uuid)]));
    const within = uuids.get(metadata) ?? null;
    const known = saved?.within === within ? saved.known : this.#knownElsewhere(within);
    const asked = new Set(collections);
    const gone = known.filter(({ name, uuid }) => asked.has(name) && uuids.get(name) !== uuid);
    return { saved, within, uuids, gone: gone.map(({ name }) => name) };
  }

  /** Whether nobody has noted anything since. */
  async isAsSeen({ saved }: CollectionsSeen): Promise<boolean> {
    return JSON.stringify(await this.#saved()) === JSON.stringify(saved);
  }

  /** Takes the collections for what was seen; false where somebody else has noted anything since, to be seen again. */
  async take(seen: CollectionsSeen, collections: readonly string[]): Promise<boolean> {
    const { saved, within, uuids } = seen;
    if (within === null) return seen.gone.length === 0; // there is nothing to note it in
    const asked = new Set(collections);
    const others = saved?.within === within ? saved.known.filter(({ name }) => !asked.has(name)) : [];
    const present = [...uuids].filter(([name]) => asked.has(name)).map(([name, uuid]) => ({ name, uuid }));
    const known = [...others, ...present].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (!(await this.#save(saved, { _id, within, known }))) return false;
    this.#last = { within, known };
    return true;
  }

  /** Takes the collections for what they are now. */
  async note(collections: readonly string[]): Promise<void> {
    for (;;) {
      const seen = await this.see(collections);
      if (seen.within === null || (await this.take(seen, collections))) return;
    }
  }

  #saved(): Promise<RegisterDocument | null> {
    return this.#register.findOne({ _id });
  }

  /** A whole database that went while this process worked on it; before that, nobody can tell it from a new one. */
  #knownElsewhere(within: string | null): readonly KnownCollection[] {
    return this.#last && this.#last.within !== within ? this.#last.known : [];
  }

  /** Compare-and-set: false where another one is saved by now. */
  async #save(saved: RegisterDocument | null, next: RegisterDocument): Promise<boolean> {
    if (JSON.stringify(saved) === JSON.stringify(next)) return true;
    const { within, known } = next;
    try {
      const { matchedCount, upsertedCount } = await this.#register.updateOne(
        saved ? { _id, within: saved.within, known: saved.known } : { _id, within: { $exists: false } },
        { $set: { within, known } },
        { upsert: !saved, writeConcern: durable },
      );
      return matchedCount + upsertedCount > 0;
    } catch (error) {
      if (error instanceof MongoServerError && error.code === mongoCode.duplicateKey) return false;
      throw error;
    }
  }
}
