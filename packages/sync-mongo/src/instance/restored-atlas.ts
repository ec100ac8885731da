import { type Collection, type Db } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';

/** What an operator chose after Atlas was restored, and the comparison that carries it out. */
export interface RestoreChoice {
  readonly prefer: 'local' | 'atlas';
  readonly runId: string;
}

interface RestoredDocument {
  readonly _id: 'atlas-restored';
  readonly sinceMs: number;
  readonly choice: RestoreChoice | null;
  /** The choice that was last begun to be carried out: from then on Atlas counts as known. Default: none was. */
  readonly begunRunId?: string;
}

/**
 * Local's note that Atlas was restored, and of what the operator chose. It goes only when the choice is carried out to
 * its end, so that after a death in between another process goes on with it, and any process of the branch may be told the choice.
 */
export class RestoredAtlas {
  readonly #notes: Collection<RestoredDocument>;

  constructor(local: Db) {
    this.#notes = local.collection<RestoredDocument>(stateCollections.metadata);
  }

  /** Null where Atlas is what it was. `isBegun`: some choice was begun to be carried out. */
  async load(): Promise<{ readonly choice: RestoreChoice | null; readonly isBegun: boolean } | null> {
    const found = await this.#notes.findOne({ _id: 'atlas-restored' });
    return found && { choice: found.choice, isBegun: found.begunRunId !== undefined };
  }

  async noticed(sinceMs: number): Promise<void> {
    const options = { upsert: true, writeConcern: durable };
    await this.#notes.updateOne(
      { _id: 'atlas-restored' },
      { $setOnInsert: { sinceMs, choice: null } },
      options,
    );
  }

  /** The choice that counts: this one, or one that was made before and is not carried out yet; null: none is due. */
  async choose(choice: RestoreChoice): Promise<RestoreChoice | null> {
    const writeConcern = durable;
    await this.#notes.updateOne(
      { _id: 'atlas-restored', choice: null },
      { $set: { choice } },
      { writeConcern },
    );
    return (await this.load())?.choice ?? null;
  }

  /** Begins to carry it out; false where it was withdrawn before. */
  async begin({ runId }: RestoreChoice): Promise<boolean> {
    const begun = { $set: { begunRunId: runId } };
    const writeConcern = durable;
    const note = { _id: 'atlas-restored', 'choice.runId': runId } as const;
    return (await this.#notes.updateOne(note, begun, { writeConcern })).matchedCount > 0;
  }

  /** Takes a choice back that nobody has begun to carry out; false where somebody has. */
  async withdraw({ runId }: RestoreChoice): Promise<boolean> {
    const note = { _id: 'atlas-restored', 'choice.runId': runId, begunRunId: { $ne: runId } } as const;
    const none = { $set: { choice: null } };
    return (await this.#notes.updateOne(note, none, { writeConcern: durable })).matchedCount > 0;
  }

  /** It was begun and cancelled: another choice is due. */
  async cancelled({ runId }: RestoreChoice): Promise<void> {
    const note = { _id: 'atlas-restored', 'choice.runId': runId } as const;
    await this.#notes.updateOne(note, { $set: { choice: null } }, { writeConcern: durable });
  }

  /** It is carried out. */
  async settled({ runId }: RestoreChoice): Promise<void> {
    await this.#notes.deleteOne({ _id: 'atlas-restored', 'choice.runId': runId }, { writeConcern: durable });
  }

  /** Atlas is what it was, with nothing chosen: the wrong database had been named. */
  async passed(): Promise<void> {
    await this.#notes.deleteOne(
      { _id: 'atlas-restored', choice: null, begunRunId: { $exists: false } },
      { writeConcern: durable },
    );
  }
}
