import { type SyncErrorCode } from '../errors/error-codes.js';
import { type Direction, type Side } from '../protocol/side.js';

/** What a caller may ask of a full sync. @public */
export interface FullSyncOptions {
  /** Compare only; change nothing. Default false. */
  readonly dryRun?: boolean;
  /**
   * Compare only what may have changed since the last full sync after which both sides were the same: what Atlas' change
   * stream shows since then, and what waits on Local. Everything, where there was none or the stream does not reach back to
   * it. Default false.
   */
  readonly changedOnly?: boolean;
  /** Default: all synced collections. */
  readonly collections?: readonly string[];
  /** Default: both. */
  readonly direction?: Direction;
  /**
   * The id of a run that was cancelled, failed or interrupted: it goes on where it was, with what it was asked for. No other
   * wish may stand beside it.
   */
  readonly resume?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FullSyncReport) => void;
}

/** What an operator chooses. @public */
export interface ResyncOptions {
  /**
   * Their pauses end with it, whoever made them. Default: all synced collections; those that somebody has paused are compared
   * only then, stay so, and are `paused` in the report. After Atlas was restored it is for all of them.
   */
  readonly collections?: readonly string[];
  /** The side that counts where nothing can tell which is right. Default: the rules of live sync alone. */
  readonly prefer?: Side;
  /**
   * Ends it at any point: what was settled stays so, and the collections stay paused. After Atlas was restored everything waits
   * then until a side is chosen again.
   */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FullSyncReport) => void;
}

/**
 * What a difference is. `in-flight`: live sync is carrying it, or it changes each time it is looked at; `held`: it waits in
 * quarantine. These two do not count as differences. @public
 */
export type DifferenceKind =
  | 'missing-on-local'
  | 'missing-on-atlas'
  | 'differs'
  | 'deleted-but-present'
  | 'metadata-only'
  | 'in-flight'
  | 'held';

/** A field that is not the same on both sides, by its path. @public */
export interface FieldDifference {
  /** Empty for the document itself. */
  readonly path: string;
  /** The side that lacks it; null: its values differ. */
  readonly missingOn: Side | null;
  /** True where it holds the same fields with the same values, in another order. */
  readonly isReordered?: true;
}

/** One difference, as an example of many; it names fields, and shows no content. @public */
export interface DifferenceSample {
  /** The document's `_id` as text. */
  readonly documentId: string;
  readonly kind: DifferenceKind;
  /** The side with the later write; null where it is not known, or there is but one. */
  readonly newer: Side | null;
  /** The sides whose bytes are not those of their version: a hand past bomba-sync was there. */
  readonly editedOn: readonly Side[];
  /** At most 20. */
  readonly fields: readonly FieldDifference[];
}

/** An index that one side lacks; one that is made in another way there counts as missing on each. @public */
export interface IndexDifference {
  readonly fields: readonly string[];
  readonly isUnique: boolean;
  readonly missingOn: Side;
}

/** How one collection fared. @public */
export interface CollectionReport {
  readonly collection: string;
  readonly comparedCount: number;
  readonly differentCount: number;
  readonly repairedCount: number;
  /** True where it is paused: then it was compared, and nothing was changed; or it paused itself before the comparison's end. */
  readonly paused?: boolean;
  /** True where more was gone from Atlas than `maxUnexplainedDeletes` allows: it was not compared to its end. */
  readonly fuseBlown?: boolean;
  /** How many there are of each kind that was found. */
  readonly kinds?: Readonly<Partial<Record<DifferenceKind, number>>>;
  /** Up to 5 of each kind. */
  readonly samples?: readonly DifferenceSample[];
  /** Indexes that one side lacks: the unique ones, or as the option `indexes` says. They are reported, not repaired. */
  readonly indexes?: readonly IndexDifference[];
  /** The names of the collection's own options that are not the same on both sides. */
  readonly options?: readonly string[];
}

/** How far a full sync has come. @public */
export interface FullSyncProgress {
  /** The collection that is worked on; null before the first. */
  readonly collection: string | null;
  /** Looking at everything; looking again at what differed, and repairing it. */
  readonly phase: 'comparing' | 'confirming';
  /** Keys compared, of all collections. */
  readonly doneCount: number;
  /** About how many there are. */
  readonly estimatedCount: number;
  /** Keys compared per second, by this process; null: nothing yet. */
  readonly perSecond: number | null;
  /** About how long it will take at that rate; null where that is not known. */
  readonly remainingMs: number | null;
}

/** A full sync, running or ended. @public */
export interface FullSyncReport {
  readonly id: string;
  /**
   * `interrupted`: its process died, or its connection ended for another reason than a failure. One that somebody asked
   * for is gone on with by the process that runs the engine next.
   */
  readonly state: 'running' | 'completed' | 'failed' | 'cancelled' | 'interrupted';
  readonly dryRun: boolean;
  /** True where only what may have changed since the last one was compared. */
  readonly changedOnly?: boolean;
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
  readonly collections: readonly CollectionReport[];
  /** Null once it has ended, and before it has begun. */
  readonly progress?: FullSyncProgress | null;
  /** Why it failed, where it did. */
  readonly error: {
    readonly code: SyncErrorCode;
    readonly message: string;
    /** The side that failed, where one did. */
    readonly side: Side | null;
  } | null;
}

/** The full syncs of a branch, newest first. @public */
export interface FullSyncHistory {
  list(options?: { readonly limit?: number }): Promise<readonly FullSyncReport[]>;
  /** Null where there is no such run. */
  get(id: string): Promise<FullSyncReport | null>;
  /**
   * Has a run end, in whichever process it is worked on; it can be gone on with. Answers how it stands: one that is worked on
   * ends at its next step, one that has ended stays as it is. Null where there is none; throws SYNC_NOT_FOUND for one that the
   * engine needs for itself.
   */
  cancel(id: string): Promise<FullSyncReport | null>;
}
