import { stampTimeMs } from '@bomba/sync-core';
import { type Binary, type Collection, type Db, type Document, type WithId } from 'mongodb';
import { Pauses } from '../../control/pauses.js';
import { CollectionRegister } from '../../local-collections/collection-register.js';
import { durable } from '../../local-side/local-context.js';
import { syncIndexes } from '../../state/ensure-state.js';
import { stateCollections } from '../../state/state-collections.js';
import { documentKeyOf } from '../../bson/document-key.js';
import { type Deletion } from '../run/deletion.js';
import { toMarkedDocument } from '../run/marked-document.js';
import { recordDeletions } from '../run/record-deletions.js';
import { type WriteId } from '../run/write-id.js';
import { type WriteTarget } from '../run/write-target.js';
import { SYNC_META } from '../rewrite/sync-meta.js';

/** A collection whose whole content is being replaced, as Local remembers it until that is settled. */
export interface ReplacementNote {
  readonly _id: string;
  readonly collection: string;
  readonly id: Binary;
  /** The collection with the keys and marks of the old content. */
  readonly before: string;
  readonly begunAt: Date;
  readonly isSettled: boolean;
}

const PREFIX = 'replacement:';
const ALL = { $gte: PREFIX, $lt: 'replacement;' };
const BEFORE = '_sync_replaced_';
const PAGE_SIZE = 1_000;

/** The replacements of whole collections in one database: noted before, settled after, by whoever is alive then. */
export class Replacements {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  get #notes(): Collection<ReplacementNote> {
    return this.#db.collection<ReplacementNote>(stateCollections.metadata);
  }

  /** Notes what is about to happen, and sets keys and marks of the old content aside, on the server. */
  async begin(collection: string, { binary, stamp }: WriteId): Promise<ReplacementNote> {
    const name = stamp.replaceAll('-', '');
    const note: ReplacementNote = {
      ...{ _id: PREFIX + name, collection, id: binary, before: BEFORE + name },
      ...{ begunAt: new Date(stampTimeMs(stamp)), isSettled: false },
    };
    await this.#notes.insertOne(note, { writeConcern: durable });
    const setAside = [{ $project: { [SYNC_META]: 1 } }, { $out: note.before }];
    await this.#db.collection(collection).aggregate(setAside).toArray();
    return note;
  }

  /**
   * Records what is gone as deleted, page by page, and has the collection compared: both sides may have written while it
   * was replaced. Doing it again changes nothing.
   */
  async settle(target: WriteTarget, note: ReplacementNote): Promise<void> {
    // A collection that had not been there before has no index of sync yet.
    await this.#db.collection(note.collection).createIndexes([...syncIndexes]);
    const before = this.#db.collection(note.before);
    let page: WithId<Document>[] = [];
    for await (const document of before.find({}, { batchSize: PAGE_SIZE, promoteValues: false })) {
      page.push(document);
      if (page.length < PAGE_SIZE) continue;
      await recordGone(target, page, note);
      page = [];
    }
    await recordGone(target, page, note);
    await this.requestComparison(note.collection);
    await before.drop().catch(() => undefined); // it may never have come to be
    await new CollectionRegister(() => this.#db).note([note.collection]);
    await this.#notes.updateOne({ _id: note._id }, { $set: { isSettled: true } });
  }

  /** Forgets a replacement that is settled. */
  async forget({ _id }: ReplacementNote): Promise<void> {
    await this.#notes.deleteOne({ _id });
  }

  /** True while a replacement may be why the collection is another one by now. */
  async isUnderWay(collection: string): Promise<boolean> {
    return (await this.#notes.findOne({ _id: ALL, collection, isSettled: false })) !== null;
  }

  /** Notes of replacements that began before this moment. */
  begunBefore(moment: Date): Promise<readonly ReplacementNote[]> {
    return this.#notes.find({ _id: ALL, begunAt: { $lt: moment } }).toArray();
  }

  /** Has both sides of a collection compared, durably. */
  requestComparison(collection: string): Promise<void> {
    return new Pauses(() => this.#db).markStale(collection);
  }
}

async function recordGone(
  target: WriteTarget,
  page: readonly WithId<Document>[],
  { id }: ReplacementNote,
): Promise<void> {
  if (page.length === 0) return;
  const keys = page.map(({ _id }) => _id);
  const options = { projection: { _id: 1 }, promoteValues: false };
  const there = await target.driver.find({ _id: { $in: keys } }, options).toArray();
  const left = new Set(there.map(({ _id }) => documentKeyOf(target.name, _id)));
  const gone = page.filter(({ _id }) => !left.has(documentKeyOf(target.name, _id)));
  await recordDeletions(
    target,
    gone.map((document) => toDeletion(document, id)),
    {},
  );
}

/** The write that was not known to be on Atlas: also one that another delete had found. */
function toDeletion(document: Document, pending: Binary): Deletion {
  const marked = toMarkedDocument(document);
  const { deleting, last, dirty, held } = marked;
  return { ...marked, pending, last: (deleting ? last : null) ?? dirty ?? held };
}
