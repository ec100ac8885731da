import { type Clock, type DocumentKey, type Random } from '@bomba/sync-core';
import { type Collection, type Db } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';
import { randomId } from '../system/random-id.js';

/** What any process of a branch may ask of the one that runs the engine. */
export type RequestWish =
  /** Tell when the stream has passed a marker written from now on. */
  | { readonly kind: 'marker' }
  /** Look at this key on both sides. */
  | { readonly kind: 'look'; readonly key: DocumentKey };

type RequestDocument = { readonly _id: string; readonly askedAt: Date; readonly isDone: boolean } & {
  readonly kind: 'marker' | 'look';
  readonly key?: DocumentKey;
};

/** A request as the engine finds it. */
export interface PendingRequest {
  readonly id: string;
  readonly kind: 'marker' | 'look';
  readonly key: DocumentKey | null;
}

const PREFIX = 'request:';
const PREFIX_END = 'request;';
const MAX_AGE_MS = 60 * 60 * 1000;

/** Requests between the processes of a branch, through Local. */
export class Requests {
  readonly #requests: Collection<RequestDocument>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #random: Random;

  constructor(db: Db, { clock, random }: { readonly clock: Pick<Clock, 'now'>; readonly random: Random }) {
    this.#requests = db.collection<RequestDocument>(stateCollections.metadata);
    this.#clock = clock;
    this.#random = random;
  }

  /** Asks, and returns the request's id. */
  async ask(wish: RequestWish): Promise<string> {
    const id = randomId(this.#random);
    const document = { _id: PREFIX + id, askedAt: new Date(this.#clock.now()), isDone: false, ...wish };
    await this.#requests.insertOne(document, { writeConcern: durable });
    return id;
  }

  async isDone(id: string): Promise<boolean> {
    const found = await this.#requests.findOne({ _id: PREFIX + id });
    return found?.isDone ?? true;
  }

  /** The asker needs no answer any more. */
  async withdraw(id: string): Promise<void> {
    await this.#requests.deleteOne({ _id: PREFIX + id });
  }

  /** What waits for the engine; what nobody can be waiting for any more is dropped. */
  async pending(): Promise<readonly PendingRequest[]> {
    const range = { $gte: PREFIX, $lt: PREFIX_END };
    const tooOld = new Date(this.#clock.now() - MAX_AGE_MS);
    await this.#requests.deleteMany({ _id: range, kind: 'marker', askedAt: { $lt: tooOld } });
    const found = await this.#requests.find({ _id: range, isDone: false }).limit(500).toArray();
    return found.map(({ _id, kind, key }) => ({ id: _id.slice(PREFIX.length), kind, key: key ?? null }));
  }

  async finish(id: string, kind: RequestWish['kind']): Promise<void> {
    if (kind === 'look') await this.withdraw(id);
    else await this.#requests.updateOne({ _id: PREFIX + id }, { $set: { isDone: true } });
  }
}
