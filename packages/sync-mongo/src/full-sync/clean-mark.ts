import { type DocumentKey } from '@bomba/sync-core';
import { type Collection, type Db } from 'mongodb';
import { durable } from '../local-side/local-context.js';
import { type Position } from '../position/position-store.js';
import { stateCollections } from '../state/state-collections.js';

/** What was known at that place. */
interface Clean extends Position {
  /** What was not the same, as it waited in quarantine; absent in earlier marks: nothing. */
  readonly held?: readonly DocumentKey[];
}

type CleanDocument = Clean & { readonly _id: 'full-sync-clean' };

/**
 * A place in Atlas' stream before the last full sync after which both sides were the same: whatever is not so by now has
 * changed behind it, waits on Local, or is named with it.
 */
export class CleanMark {
  readonly #marks: Collection<CleanDocument>;

  constructor(local: Db) {
    this.#marks = local.collection<CleanDocument>(stateCollections.metadata);
  }

  async load(): Promise<Clean | null> {
    return this.#marks.findOne({ _id: 'full-sync-clean' });
  }

  /** Atlas is not what it was, or its stream is not known from there on. */
  async forget(): Promise<void> {
    await this.#marks.deleteOne({ _id: 'full-sync-clean' }, { writeConcern: durable });
  }

  async save({ token, instanceId, clusterId, dbName, pipelineHash, held = [] }: Clean): Promise<void> {
    const mark = { token, instanceId, clusterId, dbName, pipelineHash, held };
    const options = { upsert: true, writeConcern: durable };
    await this.#marks.replaceOne({ _id: 'full-sync-clean' }, mark, options);
  }
}
