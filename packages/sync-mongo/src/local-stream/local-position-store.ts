import { type Collection, type Db, type ResumeToken } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';

interface LocalPosition {
  readonly _id: 'local-change-stream-token';
  readonly token: ResumeToken;
  /** The name that this Local had: one that was restored or copied has another, and the position is not its own. */
  readonly instanceId: string;
  readonly epoch: number;
}

const _id = 'local-change-stream-token';

/** How far Local's own change stream has been worked through; guarded by the lease's epoch, like the one of Atlas. */
export class LocalPositionStore {
  readonly #positions: Collection<LocalPosition>;

  constructor(db: Db) {
    this.#positions = db.collection<LocalPosition>(stateCollections.metadata);
  }

  /** Null where there is none of that instance. */
  async load(instanceId: string): Promise<ResumeToken> {
    return (await this.#positions.findOne({ _id, instanceId }))?.token ?? null;
  }

  /** Saves where no later holder of the lease has saved. */
  async save(position: Omit<LocalPosition, '_id'>): Promise<void> {
    const filter = { _id, epoch: { $lte: position.epoch } } as const;
    const { matchedCount } = await this.#positions.updateOne(
      filter,
      { $set: position },
      { writeConcern: durable },
    );
    if (matchedCount > 0) return;
    const options = { upsert: true, writeConcern: durable };
    await this.#positions.updateOne({ _id }, { $setOnInsert: position }, options);
  }

  async forget(): Promise<void> {
    await this.#positions.deleteOne({ _id }, { writeConcern: durable });
  }
}
