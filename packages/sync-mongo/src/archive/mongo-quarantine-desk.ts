import {
  type Direction,
  type DocumentKey,
  type QuarantineDesk,
  type QuarantinedDocument,
  type RecordQuery,
  type Stamp,
  SyncError,
  type SyncErrorCode,
} from '@bomba/sync-core';
import { type Binary, BSON, type Collection, type Document } from 'mongodb';
import { documentPlaceOf } from '../bson/document-key.js';
import { type Requests } from '../control/requests.js';
import { stateCollections } from '../state/state-collections.js';
import { writeLocally } from './local-write.js';
import { type ArchiveOptions } from './mongo-conflict-archive.js';
import { listRecords } from './record-query.js';

type QuarantineRecord = Document & {
  readonly _id: string;
  readonly key: string;
  readonly direction: Direction;
  readonly stamp: Stamp;
  readonly state: Binary | null;
};

/** What the desk works with. */
export interface DeskOptions extends ArchiveOptions {
  readonly requests: () => Requests;
  /** Has the engine give up a local state for Atlas' version; the state is kept as a conflict. */
  readonly takeAtlas: (key: DocumentKey) => Promise<void>;
}

/** The quarantine, in Local. */
export class MongoQuarantineDesk implements QuarantineDesk {
  readonly #options: DeskOptions;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  async list(query: RecordQuery = {}): Promise<readonly QuarantinedDocument[]> {
    return (await listRecords(this.#records, query)).map(toQuarantined);
  }

  async get(id: string): Promise<QuarantinedDocument | null> {
    const found = await this.#records.findOne({ _id: id });
    if (!found) return null;
    return {
      ...toQuarantined(found),
      ...(found.state && {
        document: BSON.EJSON.serialize(BSON.deserialize(found.state.value())),
      }),
    };
  }

  async edit(id: string, document: Readonly<Record<string, unknown>>): Promise<void> {
    const { key } = await this.#find(id);
    const { id: _id } = documentPlaceOf(key as DocumentKey);
    const content = BSON.EJSON.deserialize(document) as Document;
    const body = BSON.serialize({ _id, ...content });
    const { db, nextId, onWrite } = this.#options;
    await writeLocally(db(), { key: key as DocumentKey, body, dirty: nextId() });
    await this.#records.deleteOne({ _id: id });
    onWrite();
  }

  async retry(id: string): Promise<void> {
    const { key, direction } = await this.#find(id);
    if (direction === 'atlas-to-local')
      await this.#options.requests().ask({ kind: 'look', key: key as DocumentKey });
    else await this.#releaseHeld(key as DocumentKey);
    await this.#records.deleteOne({ _id: id });
    this.#options.onWrite();
  }

  async discard(id: string): Promise<void> {
    const { key, direction } = await this.#find(id);
    if (direction === 'local-to-atlas') await this.#options.takeAtlas(key as DocumentKey);
    await this.#records.deleteOne({ _id: id });
  }

  /** Puts the refused write back into the dirty index, where it still waits. */
  async #releaseHeld(key: DocumentKey): Promise<void> {
    const { collection, id } = documentPlaceOf(key);
    await this.#options
      .db()
      .collection(collection)
      .updateOne({ _id: id, '_syncMeta.held': { $exists: true } } as Document, {
        $rename: { '_syncMeta.held': '_syncMeta.dirty' },
      });
  }

  async #find(id: string): Promise<QuarantineRecord> {
    const found = await this.#records.findOne({ _id: id });
    if (!found) throw new SyncError('SYNC_NOT_FOUND', `There is no quarantined document ${id}.`);
    return found;
  }

  get #records(): Collection<QuarantineRecord> {
    return this.#options.db().collection<QuarantineRecord>(stateCollections.quarantine);
  }
}

function toQuarantined(record: Document): QuarantinedDocument {
  return {
    id: String(record['_id']),
    collection: String(record['collection']),
    documentId: String(record['documentId']),
    direction: record['direction'] as Direction,
    code: record['code'] as SyncErrorCode,
    reason: String(record['reason']),
    conflictingKey: (record['conflictingKey'] ?? null) as Readonly<Record<string, unknown>> | null,
    attemptCount: Number(record['attemptCount']),
    firstAtMs: (record['firstAt'] as Date).getTime(),
    lastAtMs: (record['recordedAt'] as Date).getTime(),
  };
}
