import { type Clock, type HybridClock, type Logger, type Metrics, type Stamp } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { type Connection, type Mongoose } from 'mongoose';
import { type RefusedCollection } from './collections/synced-collections.js';
import { type CapturedWrite } from './run/captured-write.js';
import { type AnyModel } from './seam/watch-connections.js';

/** What capture works with. */
export interface CaptureOptions {
  /** The application's Mongoose. */
  readonly mongoose: Mongoose;
  /** Its connection to Local. Default: its default connection. Other connections to the same database count as Local. */
  readonly local?: Connection;
  /** Whether a collection is to be synced; asked again and again, so it must be quick. */
  readonly isSynced: (collectionName: string) => boolean;
  /** Issues the ids of writes. */
  readonly clock: HybridClock;
  /** For waiting on the deletes of others. Default: the system's. */
  readonly time?: Pick<Clock, 'monotonic' | 'now' | 'sleep'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Wakes whoever pushes; a hint that may be late, doubled or lost. */
  readonly onCaptured: (write: CapturedWrite) => void;
  /** Hears once of each synced model. */
  readonly onModel: (model: AnyModel) => void;
  /** Heard before and after the application drops or renames synced collections. */
  readonly drops?: DropListener;
  /** Told of each collection that turns out to be one that cannot be synced. */
  readonly onRefused?: () => void;
}

/** Who wants to hear of drops. */
export interface DropListener {
  /** Before they are dropped. Answers those to be told again. */
  before(collections: readonly string[]): Promise<readonly string[]>;
  /** After their whole database was dropped. */
  after(collections: readonly string[]): Promise<void>;
}

/** The capture of one Mongoose's writes. */
export interface Capture {
  /** Names of the collections whose writes are captured, sorted. */
  collections(): readonly string[];
  /** Names of the other collections of Local that have a model: excluded, opted out, or refused. */
  uncaptured(): readonly string[];
  /** Collections that cannot be synced, and work as without sync. */
  refused(): readonly RefusedCollection[];
  /** Takes a collection out of sync. */
  refuse(collection: string, reason: string): void;
  /**
   * Looks at the synced collections on Local, which must be connected, and refuses those that cannot be synced. To be
   * called at start and for models that come later; answers all that are refused.
   */
  inspect(): Promise<readonly RefusedCollection[]>;
  /** Whether this process is carrying out the delete of this id: then its marks are not left behind. */
  isDeleting(id: Stamp): boolean;
  /**
   * Records what `$out` has removed, where nobody did: of those in Local's database that began before this moment, as
   * their process must be dead.
   */
  settleReplacements(db: Db, before: Date): Promise<void>;
  /** Whether an `$out` that is not settled yet may be why a collection of Local is another one by now. */
  isReplacing(db: Db, collection: string): Promise<boolean>;
  /** Ends capture; writes and reads are Mongoose's own again. Idempotent. */
  detach(): void;
}
