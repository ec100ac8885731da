import { type Connection } from 'mongoose';
import { type Collection, type Db, type MongoClient } from 'mongodb';
import { systemClock } from '../system/system-clock.js';
import { type AggregationTarget } from './aggregate/capture-aggregation.js';
import { type WritingStage } from './aggregate/writing-stage.js';
import { type CaptureOptions } from './capture.js';
import { METADATA_REFUSED, refusesMetadata } from './collections/refusal-reason.js';
import { type SyncedCollections } from './collections/synced-collections.js';
import { Announcer } from './run/announcer.js';
import { CaptureReport } from './run/capture-report.js';
import { DeletesUnderWay } from './run/deletes-under-way.js';
import { WriteIds } from './run/write-id.js';
import { type MetadataRefusal, type TombstoneDocument, type WriteTarget } from './run/write-target.js';
import { type NativeCollection, type NativeMethod, openCollection } from './seam/native-collection.js';

const TOMBSTONES = '_sync_tombstones';

/** What captured writes share. */
export type WriteTargetsOptions = Pick<
  CaptureOptions,
  'clock' | 'time' | 'logger' | 'metrics' | 'onCaptured'
> & {
  readonly collections: SyncedCollections;
};

/** A collection that is called by name. */
export interface CollectionAddress {
  readonly connection: Connection;
  readonly dbName: string;
  readonly name: string;
}

/** Finds the synced collections that calls write to, and makes them ready for capture. */
export class WriteTargets {
  readonly deletes = new DeletesUnderWay();
  readonly report: CaptureReport;
  readonly #collections: SyncedCollections;
  readonly #shared: Pick<WriteTarget, 'ids' | 'announcer' | 'time'>;
  /** Made once for each database: the driver takes as long for one as capture does for the rest of a write. */
  readonly #tombstones = new WeakMap<Db, Collection<TombstoneDocument>>();
  #isActive = true;

  constructor({ collections, clock, time, logger, metrics, onCaptured }: WriteTargetsOptions) {
    this.#collections = collections;
    this.report = new CaptureReport(logger, metrics);
    this.#shared = {
      ids: new WriteIds(clock),
      announcer: new Announcer(onCaptured),
      time: time ?? systemClock,
    };
  }

  /** Nothing is found any more. */
  close(): void {
    this.#isActive = false;
  }

  /** Whether calls through this object are captured. */
  has(native: NativeCollection): boolean {
    return this.#isActive && this.#collections.has(native);
  }

  /** Whether calls through this object are to take the metadata away from what they write: a validator refuses it. */
  isBare(native: NativeCollection): boolean {
    return this.#isActive && this.#collections.refusesMetadata(native);
  }

  /** Whether what is read through this object is not to show metadata. */
  hides(native: NativeCollection): boolean {
    return this.#isActive && this.#collections.mayHaveMetadata(native);
  }

  /** Whether what is joined from a collection of Local is not to show metadata. */
  hidesNamed(name: string): boolean {
    return this.#isActive && this.#collections.mayHideNamed(name);
  }

  /** Whether this connection reaches Local. */
  isLocal(connection: Connection, dbName: string): boolean {
    return this.#isActive && this.#collections.isLocal(connection, dbName);
  }

  /** The synced collections. */
  get names(): readonly string[] {
    return this.#isActive ? this.#collections.names : [];
  }

  /** Whether a collection of Local is synced. */
  hasNamed(name: string): boolean {
    return this.#isActive && this.#collections.hasNamed(name);
  }

  /** Null where the call is not to be captured, or would not reach the server now. */
  of(native: NativeCollection, call: WriteTarget['call']): WriteTarget | null {
    if (!this.has(native)) return null;
    const open = openCollection(native);
    return open && this.#target(native.name, { ...open, call });
  }

  /** The same for a call that names its collection. */
  named({ connection, dbName, name }: CollectionAddress): WriteTarget | null {
    if (!this.isLocal(connection, dbName) || !this.hasNamed(name)) return null;
    const { client } = connection as unknown as { readonly client?: MongoClient };
    return client ? this.within(client.db(dbName), name) : null;
  }

  /** The same for the stage of an aggregation that writes. */
  ofStage(connection: Connection, { dbName, collection: name }: WritingStage): AggregationTarget | null {
    const target = this.named({ connection, dbName, name });
    const { client } = connection as unknown as { readonly client?: MongoClient };
    return target && client ? { target, db: client.db(dbName) } : null;
  }

  /** A collection of Local, called past Mongoose. */
  within(db: Db, name: string): WriteTarget {
    const driver = db.collection(name);
    const call: WriteTarget['call'] = async (method, ...args) =>
      (await Reflect.apply(Reflect.get(driver, method) as NativeMethod, driver, args)) as never;
    return this.#target(name, { db, driver, call });
  }

  #target(
    name: string,
    { db, driver, call }: Pick<WriteTarget, 'driver' | 'call'> & { readonly db: Db },
  ): WriteTarget {
    const [tombstones, refusal] = [this.#tombstonesOf(db), this.#refusalOf(db, name)];
    const { report, deletes } = this;
    return { name, call, driver, tombstones, report, deletes, refusal, ...this.#shared };
  }

  #refusalOf(db: Db, name: string): MetadataRefusal {
    const note = (): void => this.#collections.refuse(name, METADATA_REFUSED);
    const look = async (): Promise<boolean> => {
      const [found] = await db
        .listCollections({ name }, { nameOnly: false })
        .toArray()
        .catch(() => []);
      const isRefused = refusesMetadata(found?.options ?? {});
      if (isRefused) note();
      return isRefused;
    };
    return { note, look };
  }

  #tombstonesOf(db: Db): Collection<TombstoneDocument> {
    const known = this.#tombstones.get(db);
    if (known) return known;
    const tombstones = db.collection<TombstoneDocument>(TOMBSTONES);
    this.#tombstones.set(db, tombstones);
    return tombstones;
  }
}
