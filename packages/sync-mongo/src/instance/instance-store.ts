import { type Random, SyncError } from '@bomba/sync-core';
import { type Collection, type Db, UUID } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { forgetAllSent } from '../local-side/sent-notes.js';
import { stateCollections } from '../state/state-collections.js';

interface InstanceDocument {
  readonly _id: 'instance';
  readonly instanceId: string;
  /** The counter that Atlas was last seen at. */
  readonly seen: number;
  /** What it is about to be set to. */
  readonly next: number;
}

/**
 * Names this branch's database: a UUID in Local, stable over restarts. Atlas keeps a counter for it, which shows that
 * a Local was cloned or restored (Atlas is ahead) or that Atlas was restored (Atlas is behind).
 */
export class InstanceStore {
  readonly #instances: Collection<InstanceDocument>;
  readonly #random: Random;

  readonly #db: Db;

  constructor(db: Db, random: Random) {
    this.#db = db;
    this.#instances = db.collection<InstanceDocument>(stateCollections.metadata);
    this.#random = random;
  }

  /** This database's name; given on the first call ever. */
  async load(): Promise<InstanceDocument> {
    const fresh = { instanceId: this.#newId(), seen: 0, next: 0 };
    const options = { upsert: true, writeConcern: durable };
    await this.#instances.updateOne({ _id: 'instance' }, { $setOnInsert: fresh }, options);
    const instance = await this.#instances.findOne({ _id: 'instance' });
    if (!instance) throw new SyncError('SYNC_BUG', 'The instance that was just written is not there.');
    return instance;
  }

  /** A new name: this database is a copy of another one, or was restored. */
  async rename(): Promise<InstanceDocument> {
    await forgetAllSent(this.#db);
    const fresh = { instanceId: this.#newId(), seen: 0, next: 0 };
    await this.#instances.updateOne({ _id: 'instance' }, { $set: fresh }, { writeConcern: durable });
    return this.load();
  }

  /** Notes what Atlas' counter of that instance is about to be set to. */
  announce(instanceId: string, next: number): Promise<void> {
    return this.#raise(instanceId, { next });
  }

  /** Notes what Atlas' counter of that instance was set to. */
  confirm(instanceId: string, seen: number): Promise<void> {
    return this.#raise(instanceId, { seen, next: seen });
  }

  /** Nothing goes back: a process that was suspended in between comes late, and others have moved on since. */
  async #raise(
    instanceId: string,
    counters: Partial<Pick<InstanceDocument, 'seen' | 'next'>>,
  ): Promise<void> {
    const own = { _id: 'instance', instanceId } as const;
    await this.#instances.updateOne(own, { $max: counters }, { writeConcern: durable });
  }

  #newId(): string {
    const bytes = this.#random.bytes(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return new UUID(bytes).toHexString();
  }
}
