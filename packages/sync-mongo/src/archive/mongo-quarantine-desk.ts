import {
  type Body,
  type ConflictRecord,
  type Direction,
  type Discarded,
  type DiscardOutcome,
  type DocumentKey,
  type QuarantineDesk,
  type QuarantinedDocument,
  type QuarantinePlace,
  type RecordQuery,
  refusedPullId,
  type Stamp,
  SyncError,
  type SyncErrorCode,
} from '@bomba/sync-core';
import { type Binary, BSON, type Collection, type Document } from 'mongodb';
import { vouchFor } from '../audit/vouched-writes.js';
import { documentPlaceOf } from '../bson/document-key.js';
import { type Requests } from '../control/requests.js';
import { releaseStates } from '../local-side/quarantine.js';
import { joinParts } from '../side/state-parts.js';
import { stateCollections } from '../state/state-collections.js';
import { editedDocument } from './edited-document.js';
import { writeLocally } from './local-write.js';
import { type ArchiveOptions } from './mongo-conflict-archive.js';
import { listRecords } from './record-query.js';
import { shownDocument } from './shown-document.js';

type QuarantineRecord = Document & {
  readonly _id: string;
  readonly key: string;
  readonly direction: Direction;
  readonly waits: QuarantinePlace;
  readonly stamp: Stamp;
  readonly state: Binary | null;
};

/** What the desk works with. */
export interface DeskOptions extends ArchiveOptions {
  readonly requests: () => Requests;
  /** Keeps a state as a conflict record. */
  readonly keep: (record: ConflictRecord) => Promise<void>;
  /** Has the engine give a state up for Atlas' version; a local one is kept as a conflict. */
  readonly discard: (discarded: Discarded) => Promise<DiscardOutcome>;
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
    const state = await joinParts(this.#records, found);
    return {
      ...toQuarantined(found),
      ...(state && { document: shownDocument(state) }),
    };
  }

  async edit(id: string, document: Readonly<Record<string, unknown>>): Promise<void> {
    const found = await this.#find(id);
    const key = found.key as DocumentKey;
    const body = editedDocument(document, await this.#stateOf(found));
    const { db, excluded, nextId, onWrite } = this.#options;
    await writeLocally({ db: db(), excluded }, { key, body, dirty: nextId() });
    await this.#release(found);
    onWrite();
  }

  async retry(id: string): Promise<void> {
    const found = await this.#find(id);
    const key = found.key as DocumentKey;
    if (found.waits === 'aside') await this.#putBack(found);
    else if (found.direction === 'atlas-to-local') await this.#options.requests().ask({ kind: 'look', key });
    else await this.#makeDirty(key);
    this.#options.onWrite();
  }

  async discard(id: string): Promise<void> {
    const found = await this.#find(id);
    if (found.waits === 'aside') await this.#keep(found);
    else await this.#takeAtlas(found);
    await this.#release(found);
    await this.#letOthersTry(found);
  }

  /** What waits for a unique value of the document may have it now, though no version of it tells. */
  async #letOthersTry({ key }: QuarantineRecord): Promise<void> {
    await this.#records.updateMany({ 'wait.holder': key }, { $set: { 'wait.seen': null } });
  }

  async #takeAtlas({ key: named, direction, stamp }: QuarantineRecord): Promise<void> {
    const key = named as DocumentKey;
    const outcome = await this.#options.discard({ key, direction, stamp });
    if (outcome === 'changed')
      throw new SyncError('SYNC_WRITE_TRANSIENT', 'The document changed meanwhile; try again.');
    if (outcome === 'done') return;
    const refused = await this.#records.findOne({ _id: refusedPullId(key) });
    throw new SyncError(
      (refused?.['code'] ?? 'SYNC_WRITE_REFUSED') as SyncErrorCode,
      `Local does not take Atlas' version: ${String(refused?.['reason'] ?? 'its server refuses it.')}`,
    );
  }

  /** What left Local is a local write again. */
  async #putBack(found: QuarantineRecord): Promise<void> {
    const { db, excluded, nextId } = this.#options;
    const body = await this.#stateOf(found);
    await writeLocally({ db: db(), excluded }, { key: found.key as DocumentKey, body, dirty: nextId() });
    await this.#release(found);
  }

  /** Atlas' version, or none, is on Local already: the state that left is kept as one that lost. */
  async #keep(found: QuarantineRecord): Promise<void> {
    const record: ConflictRecord = {
      key: found.key as DocumentKey,
      loser: 'local',
      losingStamp: found.stamp,
      winningStamp: null,
      reason: 'chosen',
      body: await this.#stateOf(found),
      strategy: 'last-write-wins',
      caution: false,
      failure: null,
    };
    await this.#options.keep(record);
  }

  /** Puts the refused write back into the dirty index, where it still waits. */
  async #makeDirty(key: DocumentKey): Promise<void> {
    const { collection, id } = documentPlaceOf(key);
    const filter = { _id: id, '_syncMeta.held': { $exists: true } } as Document;
    const update = { $rename: { '_syncMeta.held': '_syncMeta.dirty' } };
    await vouchFor(() => this.#options.db().collection(collection).updateOne(filter, update));
  }

  /** The refused state, or as much of it as is known: its `_id`. */
  async #stateOf(found: QuarantineRecord): Promise<Body> {
    const { id: _id } = documentPlaceOf(found.key as DocumentKey);
    return (await joinParts(this.#records, found)) ?? BSON.serialize({ _id });
  }

  /** Unless another refused state has taken its place since. */
  async #release({ _id, stamp }: QuarantineRecord): Promise<void> {
    await releaseStates({ db: this.#options.db() }, [{ id: _id, stamp }]);
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
    byteCount: Number(record['byteCount'] ?? 0),
    winnerId: typeof record['winnerId'] === 'string' ? record['winnerId'] : null,
    waits: (record['waits'] ?? 'in-place') as QuarantinePlace,
    attemptCount: Number(record['attemptCount']),
    firstAtMs: (record['firstAt'] as Date).getTime(),
    lastAtMs: (record['recordedAt'] as Date).getTime(),
  };
}
