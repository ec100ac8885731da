import { type Collection, type Db, type ResumeToken } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';

/** A place in Atlas' change stream, with what it belongs to. */
export interface Position {
  readonly token: ResumeToken;
  readonly instanceId: string;
  /** The identity that this cluster was given. */
  readonly clusterId: string;
  readonly dbName: string;
  /** A hash of the stream's pipeline: tokens are not portable between pipelines. */
  readonly pipelineHash: string;
}

type PositionDocument = Position & {
  readonly _id: 'atlas-change-stream-token';
  readonly timestamp: Date;
  readonly epoch: number;
};

/** Keeps the position, guarded by the lease's epoch: a holder of the past cannot put it back. */
export class PositionStore {
  readonly #positions: Collection<PositionDocument>;

  constructor(db: Db) {
    this.#positions = db.collection<PositionDocument>(stateCollections.metadata);
  }

  async load(): Promise<Position | null> {
    return this.#positions.findOne({ _id: 'atlas-change-stream-token' });
  }

  /** Saves where no later holder of the lease has saved. */
  async save(
    position: Position,
    { epoch, now }: { readonly epoch: number; readonly now: number },
  ): Promise<void> {
    const { token, instanceId, clusterId, dbName, pipelineHash } = position;
    const document = { token, instanceId, clusterId, dbName, pipelineHash, timestamp: new Date(now), epoch };
    const filter = { _id: 'atlas-change-stream-token', epoch: { $lte: epoch } } as const;
    const { matchedCount } = await this.#positions.updateOne(
      filter,
      { $set: document },
      { writeConcern: durable },
    );
    if (matchedCount > 0) return;
    await this.#positions.updateOne(
      { _id: 'atlas-change-stream-token' },
      { $setOnInsert: document },
      { upsert: true, writeConcern: durable },
    );
  }

  /** The position is of no use any more. */
  async forget(): Promise<void> {
    await this.#positions.deleteOne({ _id: 'atlas-change-stream-token' }, { writeConcern: durable });
  }
}
