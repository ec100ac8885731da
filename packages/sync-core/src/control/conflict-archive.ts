import { type ConflictStats } from '../conflict/conflict.js';
import { type ConflictReason } from '../conflict/conflict-record.js';

/** What a list is cut down to. The next page begins behind the last record of this one. @public */
export interface RecordQuery {
  readonly collection?: string;
  /** Default 100, at most 1,000. */
  readonly limit?: number;
  /** Behind that record: those that are as old or older. Default: from the newest one. */
  readonly after?: RecordPlace;
}

/** Where a record stands in a list; it need not be there any more. @public */
export interface RecordPlace {
  /** Its `recordedAtMs`, or `lastAtMs` in the quarantine. */
  readonly atMs: number;
  readonly id: string;
}

/** How many records a list has where nothing is said about it. @public */
export const DEFAULT_RECORD_LIMIT = 100;

/** A kept state, as people see it. @public */
export interface StoredConflict {
  readonly id: string;
  readonly collection: string;
  /** The document's `_id` as text. */
  readonly documentId: string;
  readonly loser: 'local' | 'atlas';
  readonly reason: ConflictReason;
  readonly losingStamp: string;
  readonly winningStamp: string | null;
  /** The instance that recorded it. */
  readonly instanceId: string;
  readonly recordedAtMs: number;
  /** A time was missing or replaced, so the choice of the winner is to be taken with care. */
  readonly caution: boolean;
  /** What chose: the later write, or the collection's own strategy. */
  readonly strategy: 'last-write-wins' | 'custom';
  /** The kind of error where the strategy failed and Atlas' version stands for that reason; else null. */
  readonly failure: string | null;
  /** The kept document, as extended JSON that says each value exactly; only where one record is asked for. */
  readonly document?: unknown;
}

/** The states that lost a conflict, of every branch, newest first. @public */
export interface ConflictArchive {
  list(query?: RecordQuery): Promise<readonly StoredConflict[]>;
  /** Null where there is no such record. */
  get(id: string): Promise<StoredConflict | null>;
  /** Writes the kept state again, as a new local write. Throws SYNC_NOT_FOUND. */
  restore(id: string): Promise<void>;
  /** How the conflicts that this process met since its start were settled. */
  stats(): ConflictStats;
}
