import { type FullSyncHistory, type FullSyncReport } from '@bomba/sync-core';
import { type Collection, type Db } from 'mongodb';
import { stateCollections } from '../state/state-collections.js';

type RunDocument = FullSyncReport & { readonly _id: string; readonly kind: 'full-sync' };

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 200;
const PREFIX = 'full-sync:';

/** The history of full syncs, in Local. */
export class RunStore implements FullSyncHistory {
  readonly #db: () => Db;

  constructor(db: () => Db) {
    this.#db = db;
  }

  async save(report: FullSyncReport): Promise<void> {
    const _id = PREFIX + report.id;
    await this.#runs.replaceOne({ _id }, { kind: 'full-sync', ...report }, { upsert: true });
  }

  async list({ limit = DEFAULT_LIMIT }: { readonly limit?: number } = {}): Promise<
    readonly FullSyncReport[]
  > {
    const newestFirst = this.#runs.find({ kind: 'full-sync' }).sort({ startedAtMs: -1 });
    const found = await newestFirst.limit(Math.min(limit, MAX_LIMIT)).toArray();
    return found.map(toReport);
  }

  async get(id: string): Promise<FullSyncReport | null> {
    const found = await this.#runs.findOne({ _id: PREFIX + id });
    return found && toReport(found);
  }

  get #runs(): Collection<RunDocument> {
    return this.#db().collection<RunDocument>(stateCollections.metadata);
  }
}

function toReport({
  id,
  state,
  dryRun,
  startedAtMs,
  finishedAtMs,
  collections,
  error,
}: RunDocument): FullSyncReport {
  return { id, state, dryRun, startedAtMs, finishedAtMs, collections, error };
}
