import { type Direction, type PauseScope } from '@bomba/sync-core';
import { type Collection, type Db, type Document } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';

/** Stands for all collections, whichever process knows them. */
const ALL = '*';

interface PauseDocument {
  readonly _id: 'pauses';
  readonly scopes: readonly PauseScope[];
  /** Those of them by which a collection paused itself: nobody has asked for them. */
  readonly own?: readonly PauseScope[];
  /** Collections that are to be compared: pull of them was off, and what the stream showed of them was passed over. */
  readonly stale?: readonly string[];
  /** Those of them whose comparison has begun, and has not come to its end. */
  readonly comparing?: readonly string[];
}

const _id = 'pauses';

/** What is switched off, durably. The processes of a branch share it through Local. */
export class Pauses {
  readonly #db: () => Db;
  #scopes: readonly PauseScope[] = [];
  #own: readonly PauseScope[] = [];

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
    const found = await this.#pauses.findOne({ _id });
    this.#scopes = found?.scopes ?? [];
    this.#own = found?.own ?? [];
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

  /** Whether somebody has paused any of it, together with all collections or by name. */
  isPausedByHand(collection: string): boolean {
    return this.#byHand.some((scope) => overlap(scope.collection, collection));
  }

  /** Whether somebody has paused all collections, the whole or a direction of them. */
  get isAllPausedByHand(): boolean {
    return this.#byHand.some(({ collection }) => collection === undefined);
  }

  get #byHand(): readonly PauseScope[] {
    return this.#scopes.filter((scope) => !includes(this.#own, scope));
  }

  /** Somebody's wish. A collection that paused itself so is paused by hand from then on. */
  async pause(wished: PauseScope): Promise<void> {
    const scope = normalize(wished);
    await this.#update({ $addToSet: { scopes: scope }, $pull: { own: { $in: [scope] } } });
    await this.refresh();
  }

  /** A collection pauses itself. Where somebody has paused it before, that stays theirs. */
  async pauseItself(collection: string): Promise<void> {
    const scope = normalize({ collection });
    await this.#update({ $setOnInsert: { scopes: [] } });
    const isNew = { _id, scopes: { $ne: scope } } as const;
    const paused = { $addToSet: { scopes: scope, own: scope } };
    await this.#pauses.updateOne(isNew, paused, { writeConcern: durable });
    await this.refresh();
  }

  /** A pause of all collections that the scope, of one, is a part of: that one cannot be taken out of it. Null: none. */
  async wider(scope: PauseScope): Promise<PauseScope | null> {
    await this.refresh();
    const isPart = ({ direction, collection }: PauseScope): boolean =>
      scope.collection !== undefined && collection === undefined && overlap(scope.direction, direction);
    return this.#scopes.find(isPart) ?? null;
  }

  /**
   * Takes away the pauses that the scope covers, and its direction from those of both directions. Where pull goes on by
   * that, the collections are to be compared.
   */
  async resume(scope: PauseScope): Promise<void> {
    await this.refresh();
    await this.#end(
      this.#scopes.filter((paused) => reaches(scope, paused)),
      scope,
    );
  }

  /** Takes away those by which a collection paused itself: what somebody has paused stays so. */
  async resumeItself(collection: string): Promise<void> {
    await this.refresh();
    await this.#end(
      this.#own.filter((paused) => paused.collection === collection),
      { collection },
    );
  }

  async #end(ended: readonly PauseScope[], scope: PauseScope): Promise<void> {
    if (ended.length === 0) return;
    const left = ended.flatMap((paused) => leftOf(paused, scope));
    const own = ended
      .filter((paused) => includes(this.#own, paused))
      .flatMap((paused) => leftOf(paused, scope));
    const leftOwn = own.filter((rest) => !includes(this.#byHand, rest));
    const stale = ended
      .filter(({ direction }) => (scope.direction ?? direction) !== 'local-to-atlas')
      .map(({ collection }) => collection ?? ALL);
    // First what stays off: at no moment more goes on than is to.
    if (left.length > 0)
      await this.#update({ $addToSet: { scopes: { $each: left }, own: { $each: leftOwn } } });
    await this.#update({
      $pull: { scopes: { $in: ended }, own: { $in: ended } },
      $addToSet: { stale: { $each: stale } },
    });
    await this.refresh();
  }

  /** Those of all collections that are to be compared, and whose pull is on. */
  async stale(all: readonly string[]): Promise<readonly string[]> {
    const { stale = [], comparing = [] } = (await this.#pauses.findOne({ _id })) ?? {};
    if (stale.includes(ALL)) {
      await this.#update({ $addToSet: { stale: { $each: all } } });
      await this.#update({ $pull: { stale: ALL } });
    }
    const isStale = (name: string): boolean => [ALL, name].some((each) => stale.includes(each));
    return all.filter((name) => (isStale(name) || comparing.includes(name)) && this.#isPulled(name));
  }

  /** Whether it was marked since its last comparison began. */
  async isMarked(collection: string): Promise<boolean> {
    return (await this.#pauses.countDocuments({ _id, stale: { $in: [collection, ALL] } })) > 0;
  }

  /** Has a collection compared as soon as its pull is on. */
  async markStale(collection: string): Promise<void> {
    await this.#update({ $addToSet: { stale: collection } });
  }

  /** The same for all collections, whichever process knows them. */
  async markAllStale(): Promise<void> {
    await this.markStale(ALL);
  }

  /**
   * Has `compare` compare collections: those that are stale now are so no longer once it answers that it came to its end.
   * What is marked meanwhile is compared once more.
   */
  async whileComparing(collections: readonly string[], compare: () => Promise<boolean>): Promise<void> {
    await this.beginComparing(collections);
    if (await compare()) await this.compared(collections);
  }

  /** From now on a mark says that they are stale once more; that they were is noted until they are {@link compared}. */
  async beginComparing(collections: readonly string[]): Promise<void> {
    const { stale = [] } = (await this.#pauses.findOne({ _id })) ?? {};
    const begun = collections.filter((name) => stale.includes(name) && this.#isPulled(name));
    if (begun.length > 0)
      await this.#update({ $addToSet: { comparing: { $each: begun } }, $pull: { stale: { $in: begun } } });
  }

  /** What was stale when their comparison began is so no longer. */
  async compared(collections: readonly string[]): Promise<void> {
    const compared = collections.filter((name) => this.#isPulled(name));
    await this.#update({ $pull: { comparing: { $in: compared } } });
  }

  #isPulled(collection: string): boolean {
    return !this.isPaused('atlas-to-local', collection);
  }

  async #update(update: Document): Promise<void> {
    await this.#pauses.updateOne({ _id }, update, { upsert: true, writeConcern: durable });
  }
}

function normalize({ direction, collection }: PauseScope): PauseScope {
  return { ...(direction !== undefined && { direction }), ...(collection !== undefined && { collection }) };
}

function includes(scopes: readonly PauseScope[], { direction, collection }: PauseScope): boolean {
  return scopes.some((scope) => scope.direction === direction && scope.collection === collection);
}

function overlap<T>(one: T | undefined, other: T | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** Whether something of a pause ends by that. */
function reaches(scope: PauseScope, paused: PauseScope): boolean {
  const isWide = scope.collection === undefined || scope.collection === paused.collection;
  return isWide && overlap(scope.direction, paused.direction);
}

/** What stays off of a pause: the other direction, where only one goes on. */
function leftOf(paused: PauseScope, { direction }: PauseScope): readonly PauseScope[] {
  if (direction === undefined || paused.direction !== undefined) return [];
  return [normalize({ ...paused, direction: otherThan(direction) })];
}

function otherThan(direction: Direction): Direction {
  return direction === 'local-to-atlas' ? 'atlas-to-local' : 'local-to-atlas';
}
