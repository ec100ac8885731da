import {
  type ConflictArchive,
  type ConflictReason,
  type ConflictStats,
  type DocumentKey,
  type RecordQuery,
  type Stamp,
  type StoredConflict,
  SyncError,
} from '@bomba/sync-core';
import { type Binary, type Collection, type Db, type Document } from 'mongodb';
import { documentPlaceOf } from '../bson/document-key.js';
import { type ExcludedFields } from '../fields/excluded-fields.js';
import { joinParts } from '../side/state-parts.js';
import { stateCollections } from '../state/state-collections.js';
import { writeLocally } from './local-write.js';
import { listRecords } from './record-query.js';
import { shownDocument } from './shown-document.js';

type ConflictDocument = Document & {
  readonly _id: string;
  readonly key: string;
  readonly state: Binary | null;
};

/** What the archive works with. */
export interface ArchiveOptions {
  readonly db: () => Db;
  /** Fields that a write leaves as they are. Default: none. */
  readonly excluded?: ExcludedFields;
  readonly nextId: () => Stamp;
  /** Something is to be pushed. */
  readonly onWrite: () => void;
}

/** What the conflict archive works with. */
export interface ConflictArchiveOptions extends ArchiveOptions {
  /** How this process' conflicts were settled. */
  readonly stats: () => ConflictStats;
}

/** The conflict store, in Local: the records of all branches, as they travel like any synced collection. */
export class MongoConflictArchive implements ConflictArchive {
  readonly #options: ConflictArchiveOptions;

  constructor(options: ConflictArchiveOptions) {
    this.#options = options;
  }

  async list(query: RecordQuery = {}): Promise<readonly StoredConflict[]> {
    return (await listRecords(this.#records, query)).map(toConflict);
  }

  async get(id: string): Promise<StoredConflict | null> {
    const found = await this.#records.findOne({ _id: id });
    if (!found) return null;
    const state = await joinParts(this.#records, found);
    return { ...toConflict(found), document: state && shownDocument(state) };
  }

  async restore(id: string): Promise<void> {
    const found = await this.#records.findOne({ _id: id });
    if (!found) throw new SyncError('SYNC_NOT_FOUND', `There is no conflict record ${id}.`);
    const { db, excluded, nextId, onWrite } = this.#options;
    const key = found.key as DocumentKey;
    if (!found.state)
      throw new SyncError(
        'SYNC_NOT_FOUND',
        `The record ${id} is of a deletion: delete ${nameOf(key)} again instead.`,
      );
    const body = await joinParts(this.#records, found);
    if (!body) throw new SyncError('SYNC_NOT_FOUND', `A part of the record ${id} has not arrived yet.`);
    await writeLocally({ db: db(), excluded }, { key, body, dirty: nextId() });
    onWrite();
  }

  stats(): ConflictStats {
    return this.#options.stats();
  }

  get #records(): Collection<ConflictDocument> {
    return this.#options.db().collection<ConflictDocument>(stateCollections.conflicts);
  }
}

function nameOf(key: DocumentKey): string {
  const { collection, id } = documentPlaceOf(key);
  return `${collection} ${String(id)}`;
}

function toConflict(record: Document): StoredConflict {
  return {
    id: String(record['_id']),
    collection: String(record['collection']),
    documentId: String(record['documentId']),
    loser: record['loser'] === 'atlas' ? 'atlas' : 'local',
    reason: record['reason'] as ConflictReason,
    losingStamp: String(record['losingStamp']),
    winningStamp: record['winningStamp'] === null ? null : String(record['winningStamp']),
    instanceId: String(record['instanceId']),
    recordedAtMs: (record['recordedAt'] as Date).getTime(),
    caution: record['caution'] === true,
    strategy: record['strategy'] === 'custom' ? 'custom' : 'last-write-wins',
    failure: typeof record['failure'] === 'string' ? record['failure'] : null,
  };
}
