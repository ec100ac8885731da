import { type Direction, type PauseScope } from '@bomba/sync-core';
import { type Collection, type Db } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';

interface PauseDocument {
  readonly _id: 'pauses';
  readonly scopes: readonly PauseScope[];
  /** Collections to be compared before pull counts as complete again. */
  readonly stale: readonly string[];
}

/** What is switched off, durably. The processes of a branch share it through Local. */
export class Pauses {
  readonly #db: () => Db;
  #scopes: readonly PauseScope[] = [];

  constructor(db: () => Db) {
    this.#db = db;
  }

  get #pauses(): Collection<PauseDocument> {
    return this.#db().collection<PauseDocument>(stateCollections.metadata);
  }

  get scopes(): readonly PauseScope[] {
    return this.#scopes;
  }

  /** Reads what other processes have changed. */
  async refresh(): Promise<void> {
    const found = await this.#pauses.findOne({ _id: 'pauses' });
    this.#scopes = found?.scopes ?? [];
  }

  isPaused(direction: Direction, collection: string): boolean {
    return this.#scopes.some(
      (scope) =>
        (scope.direction === undefined || scope.direction === direction) &&
        (scope.collection === undefined || scope.collection === collection),
    );
  }

  /** Whether nothing of a collection travels in either direction. */
  isWhollyPaused(collection: string): boolean {
    return (['local-to-atlas', 'atlas-to-local'] as const).every((direction) =>
      this.isPaused(direction, collection),
    );
  }

  async pause(scope: PauseScope): Promise<void> {
    await this.#pauses.updateOne(
      { _id: 'pauses' },
      { $addToSet: { scopes: normalize(scope) } },
      { upsert: true, writeConcern: durable },
    );
    await this.refresh();
  }

  /** Takes away the pauses that the scope covers. */
  async resume(scope: PauseScope): Promise<void> {
    await this.refresh();
    const scopes = this.#scopes.filter((paused) => !covers(scope, paused));
    await this.#pauses.updateOne(
      { _id: 'pauses' },
      { $set: { scopes } },
      { upsert: true, writeConcern: durable },
    );
    await this.refresh();
  }

  /** Collections whose events were passed over: to be compared. */
  async stale(): Promise<readonly string[]> {
    return (await this.#pauses.findOne({ _id: 'pauses' }))?.stale ?? [];
  }

  async markStale(collection: string): Promise<void> {
    const options = { upsert: true, writeConcern: durable };
    await this.#pauses.updateOne({ _id: 'pauses' }, { $addToSet: { stale: collection } }, options);
  }

  async clearStale(collection: string): Promise<void> {
    const collections = this.#pauses as unknown as Collection<{ _id: string; stale: string[] }>;
    await collections.updateOne(
      { _id: 'pauses' },
      { $pull: { stale: collection } },
      { writeConcern: durable },
    );
  }
}

function normalize({ direction, collection }: PauseScope): PauseScope {
  return { ...(direction !== undefined && { direction }), ...(collection !== undefined && { collection }) };
}

function covers(wide: PauseScope, narrow: PauseScope): boolean {
  return (
    (wide.direction === undefined || wide.direction === narrow.direction) &&
    (wide.collection === undefined || wide.collection === narrow.collection)
  );
}
