import { type Collection, type Db, type ResumeToken, type Timestamp } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';

/** What a place in Atlas' change stream belongs to. */
export interface StreamIdentity {
  readonly instanceId: string;
  /** The identity that this cluster was given. */
  readonly clusterId: string;
  readonly dbName: string;
  /** A hash of the stream's pipeline: tokens are not portable between pipelines. */
  readonly pipelineHash: string;
}

/** A place in Atlas' change stream: everything before it is on Local. */
export interface Position extends StreamIdentity {
  readonly token: ResumeToken;
}

/** Where the stream was opened without a position: there is one once the comparison begun with it has come to its end. */
export interface Opening extends StreamIdentity {
  readonly token: null;
  /** A moment of the cluster before anything that was compared. */
  readonly openedAt: Timestamp;
  /** The comparison; where the operator's choice is carried out, its run has noted this id. */
  readonly runId: string;
}

interface Place extends StreamIdentity {
  readonly token: ResumeToken;
  readonly openedAt: Timestamp | null;
  readonly runId: string | null;
}

type PositionDocument = (Position | Opening) & {
  readonly _id: 'atlas-change-stream-token';
  readonly timestamp: Date;
  readonly epoch: number;
};

/** Who saves, and when. */
export interface Saver {
  readonly epoch: number;
  readonly now: number;
}

/**
 * Keeps the position, or what is to become one, guarded by the lease's epoch: a holder of the past cannot put it back.
 */
export class PositionStore {
  readonly #positions: Collection<PositionDocument>;

  constructor(db: Db) {
    this.#positions = db.collection<PositionDocument>(stateCollections.metadata);
  }

  async load(): Promise<Position | Opening | null> {
    return this.#positions.findOne({ _id: 'atlas-change-stream-token' });
  }

  /** Saves where no later holder of the lease has saved. */
  async save({ token, ...of }: Position, saver: Saver): Promise<void> {
    await this.#put({ token, openedAt: null, runId: null, ...identity(of) }, saver);
  }

  /** Saves what is to become a position, in place of one. */
  async begin({ openedAt, runId, ...of }: Opening, saver: Saver): Promise<void> {
    await this.#put({ token: null, openedAt, runId, ...identity(of) }, saver);
  }

  async #put(place: Place, { epoch, now }: Saver): Promise<void> {
    const document = { ...place, timestamp: new Date(now), epoch };
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

function identity({ instanceId, clusterId, dbName, pipelineHash }: StreamIdentity): StreamIdentity {
  return { instanceId, clusterId, dbName, pipelineHash };
}
