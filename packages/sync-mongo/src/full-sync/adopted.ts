import { type Collection, type Db } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';

interface AdoptedDocument {
  readonly _id: 'adopted';
  readonly collections: readonly string[];
}

/** The collections whose first comparison with Atlas is done, durably: what differs later is no first start any more. */
export class Adopted {
  readonly #adopted: Collection<AdoptedDocument>;

  constructor(local: Db) {
    this.#adopted = local.collection<AdoptedDocument>(stateCollections.metadata);
  }

  async load(): Promise<ReadonlySet<string>> {
    return new Set((await this.#adopted.findOne({ _id: 'adopted' }))?.collections);
  }

  async add(collections: readonly string[]): Promise<void> {
    await this.#adopted.updateOne(
      { _id: 'adopted' },
      { $addToSet: { collections: { $each: [...collections] } } },
      { upsert: true, writeConcern: durable },
    );
  }
}
