import { type Clock, type DocumentKey, type StatePage, type StateScan } from '@bomba/sync-core';
import { type Db, type Document, type FindCursor, type FindOptions } from 'mongodb';
import { documentIdOf, documentKeyOf } from '../bson/document-key.js';
import { hasNameableId } from '../bson/nameable-id.js';
import { splitDocument } from '../bson/split-document.js';
import { type ExcludedFields, excludedIn } from '../fields/excluded-fields.js';
import { systemClock } from '../system/system-clock.js';
import { afterId, byId, orderedById } from './after-id.js';
import { BatchesAhead, type BatchSource } from './batches-ahead.js';
import { type CursorWish, RawBatches } from './raw-batches.js';
import { RawDocuments } from './raw-documents.js';
import { StoredPage } from './stored-page.js';
import { type StatePlace, StoredState } from './stored-state.js';

const ignore = (): void => undefined;

/** The side that is read. */
export interface ScannedSide {
  readonly db: Db;
  readonly excluded?: ExcludedFields;
}

/** How this side is read. */
export type ScanReading = Pick<FindOptions, 'session' | 'readConcern' | 'readPreference'>;

/** How many documents tell how large they are. */
const SAMPLE_SIZE = 100;

/** What was read ahead and not asked for within that time is read anew: nobody has seen what became of it since. */
const MAX_AHEAD_MS = 300_000;

/** A collection that is being read, and what was read of it last. */
interface Reading {
  readonly collection: string;
  /** When the last page was handed out, on the clock that only goes forward. */
  readonly atMs: number;
  readonly source: Pick<RawBatches, 'isElsewhere'>;
  readonly batches: BatchesAhead<RawDocuments>;
  /** What was read and not handed out, behind the last page. */
  readonly ahead: RawDocuments;
  readonly last: RawDocuments;
}

/**
 * Reads the states of collections in pages, in `_id` order. A page that begins within the last one, or behind it, is read on
 * from its cursor, as a server may have to find, and to sort, all that is left for each new one. So a state may be shown as
 * it was when the first of these pages was read.
 */
export class StateScanner {
  readonly #side: ScannedSide;
  readonly #reading: () => ScanReading;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #open: Reading | null = null;
  /** Commands have come to other servers than those of the cursors. */
  #byDriver = false;

  constructor(
    side: ScannedSide,
    reading: () => ScanReading = () => ({}),
    clock: Pick<Clock, 'monotonic'> = systemClock,
  ) {
    this.#side = side;
    this.#reading = reading;
    this.#clock = clock;
  }

  async page(scan: StateScan): Promise<StatePage> {
    if (scan.among) return this.#readAmong(scan);
    const before = await this.#take(scan);
    if (!before) return this.#read(scan, await this.#begin(scan));
    try {
      return await this.#read(scan, before);
    } catch {
      // Its cursor has gone: servers end those that nobody has read for a while.
      return this.#read(scan, await this.#begin(scan));
    }
  }

  /** The reading that this page goes on with, which nobody else has meanwhile; null where it is another place. */
  async #take({ collection, after }: StateScan): Promise<Reading | null> {
    const open = this.#open;
    this.#open = null;
    const isRecent = open !== null && this.#clock.monotonic() - open.atMs < MAX_AHEAD_MS;
    const isHere = isRecent && open.collection === collection;
    this.#byDriver ||= open?.source.isElsewhere === true;
    const at = isHere && !open.source.isElsewhere ? placeOf(after, open) : -1;
    if (open && at >= 0) return { ...open, ahead: open.last.slice(at + 1).concat(open.ahead) };
    await open?.batches.close();
    return null;
  }

  async #begin(scan: StateScan): Promise<Reading> {
    const source = await this.#batchesOf(scan);
    const nothing = { ahead: RawDocuments.none, last: RawDocuments.none };
    const atMs = this.#clock.monotonic();
    return { collection: scan.collection, atMs, source, batches: new BatchesAhead(source), ...nothing };
  }

  /** They are some, and nobody reads on. */
  async #readAmong(scan: StateScan): Promise<StatePage> {
    const batches = await this.#batchesOf(scan);
    try {
      // All that was read is shown: nobody would read the rest but by another request.
      const { documents, isEnd } = await this.#fill(scan, batches, RawDocuments.none);
      return new StoredPage(this.#placeOf(scan), documents, isEnd);
    } finally {
      await batches.close();
    }
  }

  async #batchesOf({ collection, after, limit, among }: StateScan): Promise<RawBatches> {
    const { db } = this.#side;
    const filter = filterOf(after, among);
    const { session, ...reading } = this.#reading();
    // Of some keys one more than there can be: the server then need not be asked whether that was all.
    const size = among
      ? { batchSize: Math.min(limit, among.length) + 1 }
      : { batchSize: limit, sampleSize: Math.min(limit, SAMPLE_SIZE) };
    // Some keys are told apart in any order: whether it is a collection's own need not be asked.
    const options = { ...reading, ...(among ? byId : await orderedById(db, collection)), raw: true };
    const open = (wish: CursorWish): FindCursor =>
      db.collection(collection).find(filter, { ...options, ...wish });
    return new RawBatches(db, { ...size, collection, open, session, byDriver: this.#byDriver });
  }

  async #read(scan: StateScan, { source, batches, ahead: before }: Reading): Promise<StatePage> {
    const { collection } = scan;
    const { documents, isEnd } = await this.#fill(scan, batches, before).catch((error: unknown) => {
      void batches.close().catch(ignore);
      throw error;
    });
    const last = documents.slice(0, countOf(scan, documents) ?? undefined);
    if (isEnd) await batches.close();
    else {
      await this.#open?.batches.close();
      const ahead = documents.slice(last.length).compact();
      this.#open = { collection, atMs: this.#clock.monotonic(), source, batches, ahead, last };
    }
    return new StoredPage(this.#placeOf(scan), last, isEnd);
  }

  /** Reads until there is a page, or an end. */
  async #fill(scan: StateScan, batches: BatchSource<RawDocuments>, before: RawDocuments): Promise<Filled> {
    let documents = before;
    while (countOf(scan, documents) === null) {
      const batch = await batches.next();
      if (batch === null) return { documents, isEnd: true };
      documents = documents.concat(nameable(this.#placeOf(scan), batch).compact());
    }
    return { documents, isEnd: false };
  }

  #placeOf({ collection }: StateScan): StatePlace {
    return { collection, set: excludedIn(this.#side, collection) };
  }
}

/** What was read for a page, and of the next ones. */
interface Filled {
  readonly documents: RawDocuments;
  readonly isEnd: boolean;
}

function filterOf(after: DocumentKey | null, among: StateScan['among']): Document {
  const behind = after === null ? {} : afterId(documentIdOf(after));
  if (!among) return behind;
  const those = { _id: { $in: among.map(documentIdOf) } };
  return after === null ? those : { $and: [behind, those] };
}

/** Where the last page has that key; -1: nowhere. */
function placeOf(after: DocumentKey | null, { collection, last }: Reading): number {
  let at = last.length - 1;
  while (at >= 0 && keyIn(collection, last.at(at)) !== after) at--;
  return at;
}

function keyIn(collection: string, raw: Buffer): DocumentKey {
  return documentKeyOf(collection, splitDocument(raw).id);
}

/** How many of these fill a page; null: there have to be more. */
function countOf({ limit, maxBytes }: StateScan, documents: RawDocuments): number | null {
  let byteCount = 0;
  for (let i = 0; i < documents.length; i++) {
    byteCount += documents.endOf(i) - documents.startOf(i);
    if (i + 1 === limit || byteCount >= maxBytes) return i + 1;
  }
  return null;
}

/** Without those whose `_id` no filter can name. */
function nameable(place: StatePlace, documents: RawDocuments): RawDocuments {
  return documents.filter(
    (i) =>
      hasNameableId(documents.bytesOf(i), documents.startOf(i), documents.endOf(i)) ||
      new StoredState(place, documents.at(i)).isNameable,
  );
}
