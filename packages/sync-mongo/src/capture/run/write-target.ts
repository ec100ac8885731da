import { type Clock } from '@bomba/sync-core';
import { type Collection, type Document } from 'mongodb';
import { type Announcer } from './announcer.js';
import { type CaptureReport } from './capture-report.js';
import { type CapturedMethod } from './captured-method.js';
import { type DeletesUnderWay } from './deletes-under-way.js';
import { type WriteIds } from './write-id.js';

/** A synced collection, beneath its wrapper. */
export interface WriteTarget {
  readonly name: string;
  /** Calls Mongoose's own method, with its debug output and events. */
  call<Result>(method: CapturedMethod, ...args: readonly unknown[]): Promise<Result>;
  /** The driver's collection, for looks of our own. */
  readonly driver: Collection;
  /** `_sync_tombstones` of the same database. */
  readonly tombstones: Collection<TombstoneDocument>;
  readonly ids: WriteIds;
  readonly announcer: Announcer;
  readonly report: CaptureReport;
  /** The deletes of this process. */
  readonly deletes: DeletesUnderWay;
  readonly refusal: MetadataRefusal;
  /** For waiting on the deletes of others, and for saying when a deletion was noted. */
  readonly time: Pick<Clock, 'monotonic' | 'now' | 'sleep'>;
}

/** Of a collection whose validator refuses the metadata. */
export interface MetadataRefusal {
  /** A write went through without its metadata that was refused with it: the collection is synced no more. */
  note(): void;
  /** Asks the server whether its validator does so, and notes it. Never throws. */
  look(): Promise<boolean>;
}

/** A deletion on Local, by the text of its document's key. */
export interface TombstoneDocument extends Document {
  readonly _id: string;
}
