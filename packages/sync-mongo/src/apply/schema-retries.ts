import { type DocumentKey } from '@bomba/sync-core';
import { type Db, type Document } from 'mongodb';
import { stateCollections } from '../state/state-collections.js';
import { type BusinessLogic } from './business-logic.js';

/** How many states are tried again at once. */
const PAGE_SIZE = 200;

/** What the retries work with. */
export interface SchemaRetriesOptions {
  readonly db: Db;
  readonly logic: Pick<BusinessLogic, 'rulesOf'>;
  /** The collections that come to Local. */
  readonly collections: readonly string[];
}

/** Finds states that a model has refused under other rules than it has now: they may pass. */
export class SchemaRetries {
  readonly #options: SchemaRetriesOptions;
  #rules: readonly Rules[] = [];
  #after: string | null = '';

  constructor(options: SchemaRetriesOptions) {
    this.#options = options;
  }

  /** The next of their keys. None, at no cost, once all have been tried under the present rules. */
  async next(): Promise<readonly DocumentKey[]> {
    this.#noticeNewRules();
    if (this.#after === null) return [];
    const page = await this.#page(this.#after);
    const last = page.at(-1);
    this.#after = last && page.length === PAGE_SIZE ? last._id : null;
    return page.map(({ key }) => key);
  }

  /** Models may come at any time. */
  #noticeNewRules(): void {
    const { logic, collections } = this.#options;
    const rules = collections.flatMap((collection): readonly Rules[] => {
      const schema = logic.rulesOf(collection);
      return schema === null ? [] : [{ collection, schema }];
    });
    const isSame =
      rules.length === this.#rules.length &&
      rules.every(({ schema }, i) => schema === this.#rules[i]?.schema);
    if (isSame) return;
    this.#rules = rules;
    this.#after = '';
  }

  #page(after: string): Promise<readonly Refused[]> {
    if (this.#rules.length === 0) return Promise.resolve([]);
    const changed = this.#rules.map(({ collection, schema }) => ({
      collection,
      schema: { $nin: [schema, null] },
    }));
    return this.#options.db
      .collection<Refused>(stateCollections.quarantine)
      .find({ _id: { $gt: after }, direction: 'atlas-to-local', $or: changed })
      .project<Refused>({ key: 1 })
      .sort({ _id: 1 })
      .limit(PAGE_SIZE)
      .toArray();
  }
}

interface Rules {
  readonly collection: string;
  readonly schema: string;
}

type Refused = Document & { readonly _id: string; readonly key: DocumentKey };
