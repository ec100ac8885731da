import { type ApplyLogic, type Clock, type Direction, type Logger, type Metrics } from '@bomba/sync-core';
import { type MongoClientOptions } from 'mongodb';
import { type Mongoose } from 'mongoose';

/** A document with all its fields, as a conflict strategy sees it. @public */
export type PlainDocument = Readonly<Record<string, unknown>>;

/** How two writes that had not seen each other are settled. @public */
export type ConflictStrategy =
  'last-write-wins' | ((local: PlainDocument, atlas: PlainDocument) => PlainDocument | 'local' | 'atlas');

/** Two documents that want one unique value, of which one is on Atlas. @public */
export interface UniqueConflict {
  readonly collection: string;
  /** The fields of the unique index. */
  readonly fields: readonly string[];
  /** The document of this branch that came too late. */
  readonly loser: PlainDocument;
  /** The document that has the value on Atlas. */
  readonly winner: PlainDocument;
}

/**
 * What is to become of the loser of a unique value: `change` replaces its content, for example by one with another number;
 * `merge` replaces that of the winner, and the loser goes, kept as a conflict record; `quarantine` has it wait for somebody.
 * Must not depend on anything but what it is given, as it may be asked again; it cannot be asynchronous.
 *
 * @public
 */
export type UniqueConflictHook = (
  conflict: UniqueConflict,
) => { readonly change: PlainDocument } | { readonly merge: PlainDocument } | 'quarantine';

/** Options of {@link createSync}. Every default stands in `sync-defaults.ts`. @public */
export interface SyncOptions {
  /** The application's Mongoose; its default connection is Local. */
  readonly mongoose: Mongoose;
  readonly atlas: {
    /** Where Atlas is; undefined: capture only, the engine waits until a URI is configured. */
    readonly uri?: string | undefined;
    /** Default: the name in the URI, else that of Local. */
    readonly dbName?: string;
    /**
     * Options of the driver; what they do not say stands in the URI, else it is short, as nobody waits for the engine. A
     * `socketTimeoutMS` of a second or less is refused: it would cut every stream without news.
     */
    readonly client?: MongoClientOptions;
    /** Permits a non-loopback Atlas without TLS, or with its checks off. For tests only. Default false. */
    readonly allowInsecure?: boolean;
  };
  /** False: nothing is wrapped, at no cost. Default true. */
  readonly enabled?: boolean;
  /** False: push goes on, and Local's content is never changed. Default true. */
  readonly bidirectional?: boolean;
  readonly collections?: {
    /** Default: the collections of all attached models. */
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
    /** Pushed only. */
    readonly pullExclude?: readonly string[];
    /**
     * Paths that do not travel, by collection: each side keeps what it has there. A path that meets an array excludes it as
     * a whole. Excluding for one `direction` only is refused.
     */
    readonly fields?: Readonly<
      Record<string, { readonly exclude: readonly string[]; readonly direction?: Direction }>
    >;
  };
  /** For all collections, or by collection (`*`: the others). Default last-write-wins. */
  readonly conflict?: ConflictStrategy | Readonly<Record<string, ConflictStrategy>>;
  /**
   * Which states from Atlas run casting, validation and pre-save hooks of their model before Local stores them; for all
   * models, or by the name of the model (`*`: the others). Default foreign.
   */
  readonly applyLogic?: ApplyLogic | Readonly<Record<string, ApplyLogic>>;
  /** Asked about a document that came too late for its unique value. Default: it waits in quarantine. */
  readonly onUniqueConflict?: UniqueConflictHook;
  /**
   * Whose state counts where a branch meets Atlas for the first time and both have a document that differs, without
   * versions; the other is kept. Default `newest`: by `updatedAt` where both have it, else Atlas.
   */
  readonly firstSync?: 'atlas' | 'local' | 'newest';
  /** Deletions without a tombstone that a comparison takes over. Default max(1,000, 10 % of the collection). */
  readonly maxUnexplainedDeletes?: number;
  /** Which indexes of synced models are ensured on Atlas. Default unique. */
  readonly indexes?: 'unique' | 'all' | 'none';
  readonly queue?: {
    /** Keys held in memory; the backlog itself lives in the database. Default 10,000. */
    readonly maxSize?: number;
    /** How often writes of other processes are looked for. Default 1,000. */
    readonly scanIntervalMs?: number;
  };
  readonly retry?: {
    /** Default 1,000. */
    readonly baseMs?: number;
    /** Default 60,000. */
    readonly maxMs?: number;
  };
  readonly drift?: {
    /** How far ahead of Atlas' clock an id may be. Default 60,000. */
    readonly maxMs?: number;
  };
  readonly tombstones?: {
    /** How long deletions are remembered since they arrived on Atlas. Default 90 days. */
    readonly maxAgeMs?: number;
    /** How long a deletion without a tombstone is waited on before it is called foreign. Default 10,000. */
    readonly foreignDeleteGraceMs?: number;
    /** For how long the mark of a delete must have been seen for its process to count as dead. Default 15,000. */
    readonly deadMarkAgeMs?: number;
  };
  readonly lease?: {
    /** How long a silent holder keeps the lease. Default 5,000. */
    readonly durationMs?: number;
  };
  readonly fullSync?: {
    /**
     * A full sync begins this long after the last one of all collections was carried out, in ms; one that failed is gone on with
     * sooner. Default: none by itself.
     */
    readonly everyMs?: number;
    /**
     * Between these, one of what may have changed begins this long after the last of either kind was carried out, in ms. Default:
     * none by itself.
     */
    readonly changedEveryMs?: number;
  };
  readonly changeStream?: {
    /** Default 1,000. */
    readonly batchSize?: number;
    /** First wait before a broken stream is reopened; doubles with jitter. Default 1,000. */
    readonly reconnectIntervalMs?: number;
    /** After that many failures sync counts as degraded, and goes on trying slowly. Default 10. */
    readonly maxReconnectAttempts?: number;
    /** Default: no limit. */
    readonly maxEventsPerSecond?: number;
  };
  /**
   * Reads along what the application sends to Local, and counts writes that went past capture. Needs
   * `mongoose.connect(uri, { monitorCommands: true })`. Default false.
   */
  readonly audit?: boolean;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
}
