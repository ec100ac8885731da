import {
  type Clock,
  type Direction,
  type Discarded,
  type DiscardOutcome,
  type DocumentKey,
  type Random,
  type Stamp,
} from '@bomba/sync-core';
import { type Collection, type Db } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';
import { randomId } from '../system/random-id.js';

/** What any process of a branch may ask of the one that runs the engine. */
export type RequestWish =
  /** Tell when the stream has passed a marker written from now on. */
  | { readonly kind: 'marker' }
  /** Look at this key on both sides. */
  | { readonly kind: 'look'; readonly key: DocumentKey }
  /** Give up what is quarantined for Atlas' version. */
  | ({ readonly kind: 'discard' } & Discarded);

interface RequestDocument {
  readonly _id: string;
  readonly askedAt: Date;
  readonly isDone: boolean;
  readonly kind: RequestWish['kind'];
  readonly key?: DocumentKey;
  readonly direction?: Direction;
  readonly stamp?: Stamp;
  readonly outcome?: DiscardOutcome;
}

/** A request as the engine finds it. */
export type PendingRequest = { readonly id: string } & RequestWish;

const PREFIX = 'request:';
const PREFIX_END = 'request;';
/** How long a discard is waited for: the process that runs the engine looks once a second, and may be busy with others. */
export const DISCARD_WAIT_MS = 15_000;
/** After that nobody can be waiting for the answer any more; a look is nobody's. */
const maxAgeMs = { marker: 60 * 60 * 1000, discard: DISCARD_WAIT_MS } as const;

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

  /** Whether somebody still waits for it. */
  async isWanted(id: string): Promise<boolean> {
    return (await this.#requests.findOne({ _id: PREFIX + id, isDone: false })) !== null;
  }

  /** `forgotten`: it had waited for so long that it was dropped. */
  async stateOf(id: string): Promise<'waiting' | 'done' | 'forgotten'> {
    const found = await this.#requests.findOne({ _id: PREFIX + id });
    if (!found) return 'forgotten';
    return found.isDone ? 'done' : 'waiting';
  }

  /** The asker needs no answer any more. */
  async withdraw(id: string): Promise<void> {
    await this.#requests.deleteOne({ _id: PREFIX + id });
  }

  /** How a discard ended; null: it has not been answered. */
  async outcomeOf(id: string): Promise<DiscardOutcome | null> {
    const found = await this.#requests.findOne({ _id: PREFIX + id });
    return found?.outcome ?? null;
  }

  /** What waits for the engine; what nobody can be waiting for any more is dropped. */
  async pending(): Promise<readonly PendingRequest[]> {
    const range = { $gte: PREFIX, $lt: PREFIX_END };
    const tooOld = (['marker', 'discard'] as const).map((kind) => {
      return { kind, askedAt: { $lt: new Date(this.#clock.now() - maxAgeMs[kind]) } };
    });
    await this.#requests.deleteMany({ _id: range, $or: tooOld });
    const found = await this.#requests.find({ _id: range, isDone: false }).limit(500).toArray();
    return found.flatMap(toPending);
  }

  async finish(id: string, kind: 'marker' | 'look'): Promise<void> {
    if (kind === 'look') await this.withdraw(id);
    else await this.#requests.updateOne({ _id: PREFIX + id }, { $set: { isDone: true } });
  }

  async answer(id: string, outcome: DiscardOutcome): Promise<void> {
    await this.#requests.updateOne({ _id: PREFIX + id }, { $set: { isDone: true, outcome } });
  }
}

function toPending({ _id, kind, key, direction, stamp }: RequestDocument): readonly PendingRequest[] {
  const id = _id.slice(PREFIX.length);
  if (kind === 'marker') return [{ id, kind }];
  if (key === undefined) return [];
  if (kind === 'look') return [{ id, kind, key }];
  return direction === undefined || stamp === undefined ? [] : [{ id, kind, key, direction, stamp }];
}
