import { type ScannedState, type StatePage, type StateScan } from '@bomba/sync-core';
import { type Db, type FindCursor, type FindOptions } from 'mongodb';
import { setNameOf } from '../bson/body-digest.js';
import { documentIdOf, documentKeyOf } from '../bson/document-key.js';
import { InexactId } from '../bson/inexact-id.js';
import { type SplitDocument, splitDocument } from '../bson/split-document.js';
import { hasLocalMarks, readVersionMeta } from '../bson/sync-meta.js';
import { type ExcludedFields, excludedIn } from '../fields/excluded-fields.js';
import { type ExclusionSet } from '../fields/exclusion-set.js';
import { withoutExcluded } from '../fields/take-out.js';
import { afterId, inOneOrder } from './after-id.js';

/** The side that is read. */
export interface ScannedSide {
  readonly db: Db;
  readonly excluded?: ExcludedFields;
}

/** How this side is read. */
export type ScanReading = Pick<FindOptions, 'session' | 'readConcern' | 'readPreference'>;

/** A collection that is being read, and what was read of it last. */
interface Reading {
  readonly collection: string;
  readonly cursor: FindCursor;
  /** What was read and not handed out, behind the last page. */
  readonly ahead: readonly Scanned[];
  readonly last: readonly Scanned[];
}

interface Scanned {
  readonly state: ScannedState;
  readonly byteCount: number;
}

/**
 * Reads the states of collections in pages, in `_id` order. A page that begins within the last one, or behind it, is read on
 * from its cursor, as a server may have to find, and to sort, all that is left for each new one. So a state may be shown as
 * it was when the first of these pages was read.
 */
export class StateScanner {
  readonly #side: ScannedSide;
  readonly #reading: ScanReading;
  #open: Reading | null = null;

  constructor(side: ScannedSide, reading: ScanReading = {}) {
    this.#side = side;
    this.#reading = reading;
  }

  async page(scan: StateScan): Promise<StatePage> {
    const before = await this.#take(scan);
    if (!before) return this.#read(scan, this.#begin(scan));
    try {
      return await this.#read(scan, before);
    } catch {
      // Its cursor has gone: servers end those that nobody has read for a while.
      return this.#read(scan, this.#begin(scan));
    }
  }

  /** The reading that this page goes on with, which nobody else has meanwhile; null where it is another place. */
  async #take({ collection, after }: StateScan): Promise<Reading | null> {
    const open = this.#open;
    this.#open = null;
    const at = open?.collection === collection ? open.last.findIndex(({ state }) => state.key === after) : -1;
    if (open && at >= 0) return { ...open, ahead: [...open.last.slice(at + 1), ...open.ahead] };
    await open?.cursor.close();
    return null;
  }

  #begin({ collection, after, limit }: StateScan): Reading {
    const filter = after === null ? {} : afterId(documentIdOf(after));
    const options = { ...this.#reading, ...inOneOrder, batchSize: limit, raw: true } as const;
    const cursor = this.#side.db.collection(collection).find(filter, options);
    return { collection, cursor, ahead: [], last: [] };
  }

  async #read({ collection, limit, maxBytes }: StateScan, reading: Reading): Promise<StatePage> {
    const { cursor } = reading;
    const place = { collection, set: excludedIn(this.#side, collection) };
    const last: Scanned[] = [];
    let ahead = [...reading.ahead];
    let byteCount = 0;
    let isEnd = false;
    while (last.length < limit && byteCount < maxBytes && !isEnd) {
      const next = ahead.shift();
      if (next) {
        last.push(next);
        byteCount += next.byteCount;
      } else if (await cursor.hasNext()) ahead = toScanned(place, cursor.readBufferedDocuments());
      else isEnd = true;
    }
    if (isEnd) await cursor.close();
    else {
      await this.#open?.cursor.close();
      this.#open = { collection, cursor, ahead, last };
    }
    return { states: last.map(({ state }) => state), isEnd };
  }
}

interface Place {
  readonly collection: string;
  readonly set: ExclusionSet;
}

/** Without those whose `_id` no filter can name. */
function toScanned(place: Place, documents: readonly unknown[]): Scanned[] {
  return (documents as readonly Uint8Array[]).flatMap((raw): readonly Scanned[] => {
    const document = splitDocument(raw);
    if (document.id instanceof InexactId) return [];
    return [{ state: toScannedState(place, document), byteCount: raw.length }];
  });
}

function toScannedState({ collection, set }: Place, { id, body, meta }: SplitDocument): ScannedState {
  const { stamp, digest } = readVersionMeta(meta);
  return {
    key: documentKeyOf(collection, id),
    stamp,
    digest,
    isPlain: !hasLocalMarks(meta) && (digest === null || setNameOf(digest) === set.name),
    body: withoutExcluded(body, set),
  };
}
