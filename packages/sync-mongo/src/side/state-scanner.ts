import { type Clock, type StatePage, type StateScan } from '@bomba/sync-core';
import { type Db, type FindOptions } from 'mongodb';
import { documentIdOf } from '../bson/document-key.js';
import { type ExcludedFields, excludedIn } from '../fields/excluded-fields.js';
import { systemClock } from '../system/system-clock.js';
import { afterId, orderedById } from './after-id.js';
import { BatchesAhead } from './batches-ahead.js';
import { type StatePlace, StoredState } from './stored-state.js';

/** The side that is read. */
export interface ScannedSide {
  readonly db: Db;
  readonly excluded?: ExcludedFields;
}

/** How this side is read. */
export type ScanReading = Pick<FindOptions, 'session' | 'readConcern' | 'readPreference'>;

/** What was read ahead and not asked for within that time is read anew: nobody has seen what became of it since. */
const MAX_AHEAD_MS = 60_000;

/** A collection that is being read, and what was read of it last. */
interface Reading {
  readonly collection: string;
  /** When the last page was handed out, on the clock that only goes forward. */
  readonly atMs: number;
  readonly batches: BatchesAhead;
  /** What was read and not handed out, behind the last page. */
  readonly ahead: readonly StoredState[];
  readonly last: readonly StoredState[];
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
    const at = isHere ? open.last.findLastIndex(({ key }) => key === after) : -1;
    if (open && at >= 0) return { ...open, ahead: [...open.last.slice(at + 1), ...open.ahead] };
    await open?.batches.close();
    return null;
  }

  async #begin({ collection, after, limit }: StateScan): Promise<Reading> {
    const { db } = this.#side;
    const filter = after === null ? {} : afterId(documentIdOf(after));
    const order = await orderedById(db, collection);
    const options = { ...this.#reading(), ...order, batchSize: limit, raw: true } as const;
    const cursor = db.collection(collection).find(filter, options);
    const atMs = this.#clock.monotonic();
    return { collection, atMs, batches: new BatchesAhead(cursor), ahead: [], last: [] };
  }

  async #read({ collection, limit, maxBytes }: StateScan, reading: Reading): Promise<StatePage> {
    const { batches } = reading;
    const place = { collection, set: excludedIn(this.#side, collection) };
    const last: StoredState[] = [];
    let ahead = [...reading.ahead];
    let byteCount = 0;
    let isEnd = false;
    while (last.length < limit && byteCount < maxBytes && !isEnd) {
      const next = ahead.shift();
      if (next) {
        last.push(next);
        byteCount += next.byteCount;
        continue;
      }
      const batch = await batches.next();
      if (batch) ahead = toStates(place, batch);
      else isEnd = true;
    }
    if (isEnd) await batches.close();
    else {
      await this.#open?.batches.close();
      this.#open = { collection, atMs: this.#clock.monotonic(), batches, ahead, last };
    }
    return { states: last, isEnd };
  }
}

/** Without those whose `_id` no filter can name. */
function toStates(place: StatePlace, documents: readonly Uint8Array[]): StoredState[] {
  return documents.map((raw) => new StoredState(place, raw)).filter(({ isNameable }) => isNameable);
}
