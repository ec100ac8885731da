import { type Collection, type Db } from 'mongodb';
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

interface Found {
  readonly within: string | null;
  readonly uuids: ReadonlyMap<string, string>;
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

  /** Those of the collections that were there, and are gone or others by now. */
  async gone(collections: readonly string[]): Promise<readonly string[]> {
    const { within, uuids } = await this.#find(collections);
    const saved = await this.#register.findOne({ _id });
    const isOfThis = saved !== null && saved.within === within;
    // A whole database that went while this process worked on it; before that, nobody can tell it from a new one.
    const known = isOfThis ? saved.known : this.#last && this.#last.within !== within ? this.#last.known : [];
    const asked = new Set(collections);
    return known
      .filter(({ name, uuid }) => asked.has(name) && uuids.get(name) !== uuid)
      .map(({ name }) => name);
  }

  /** Takes the collections for what they are now. */
  async note(collections: readonly string[]): Promise<void> {
    const { within, uuids } = await this.#find(collections);
    if (within === null) return;
    const saved = await this.#register.findOne({ _id });
    const asked = new Set(collections);
    const others = saved?.within === within ? saved.known.filter(({ name }) => !asked.has(name)) : [];
    const present = [...uuids].filter(([name]) => asked.has(name)).map(([name, uuid]) => ({ name, uuid }));
    const known = [...others, ...present].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#last = { within, known };
    if (saved?.within === within && JSON.stringify(saved.known) === JSON.stringify(known)) return;
    await this.#register.updateOne(
      { _id },
      { $set: { within, known } },
      { upsert: true, writeConcern: durable },
    );
  }

  async #find(collections: readonly string[]): Promise<Found> {
    const { metadata } = stateCollections;
    const filter = { name: { $in: [...collections, metadata] } };
    const found = await this.#db().listCollections(filter, { nameOnly: false }).toArray();
    const uuids = new Map(found.map(({ name, info }) => [name, String(info?.uuid)]));
    return { within: uuids.get(metadata) ?? null, uuids };
  }
}
