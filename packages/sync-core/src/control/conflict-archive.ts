import { type ConflictStats } from '../conflict/conflict.js';
import { type ConflictReason } from '../conflict/conflict-record.js';

/** What a list is cut down to. @public */
export interface RecordQuery {
  readonly collection?: string;
  /** Default 100, at most 1,000. */
  readonly limit?: number;
}

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
