import { type SyncErrorCode } from '../errors/error-codes.js';
import { type Direction } from '../protocol/side.js';
import { type QuarantinePlace } from '../quarantine/quarantine-record.js';
import { type RecordQuery } from './conflict-archive.js';

/** A quarantined state, as people see it. @public */
export interface QuarantinedDocument {
  readonly id: string;
  readonly collection: string;
  /** The document's `_id` as text. */
  readonly documentId: string;
  readonly direction: Direction;
  readonly code: SyncErrorCode;
  readonly reason: string;
  /** The fields of a unique index that collide, and the values there; null where that is not the reason. */
  readonly conflictingKey: Readonly<Record<string, unknown>> | null;
  /** The `_id`, as text, of the document that has those values; null where it is not known. */
  readonly winnerId: string | null;
  /** Whether the state is nowhere else: it left Local to make way for the winner. */
  readonly waits: QuarantinePlace;
  /** How large the refused state is, in bytes of BSON. */
  readonly byteCount: number;
  readonly attemptCount: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** The refused document, as extended JSON that says each value exactly; only where one record is asked for. */
  readonly document?: unknown;
}

/**
 * Where refused states wait, newest first. An entry goes by itself, within seconds, once its state has got through or
 * something newer has taken its place; one that was tried again comes first again. Each call throws SYNC_NOT_FOUND for an unknown id.
 *
 * @public
 */
export interface QuarantineDesk {
  list(query?: RecordQuery): Promise<readonly QuarantinedDocument[]>;
  /** Null where there is no such record. */
  get(id: string): Promise<QuarantinedDocument | null>;
  /**
   * Replaces the refused document by a corrected one, as a new local write. What is sent back as it was shown keeps its
   * bytes and its place; a plain number that is new is what the driver makes of it, an Int32 or else a Double. Throws
   * SYNC_WRITE_NOT_EXACT for what is no value of extended JSON, SYNC_WRITE_UNIQUE where another document of Local holds a
   * unique value of it.
   */
  edit(id: string, document: Readonly<Record<string, unknown>>): Promise<void>;
  /**
   * Tries the refused state once more; one that left Local is put back first, which throws SYNC_WRITE_UNIQUE as long as
   * another document of Local holds a unique value of it. The entry goes once it gets through, and else counts one attempt
   * more.
   */
  retry(id: string): Promise<void>;
  /**
   * Has Local take Atlas' version as it is, though a model of this branch may refuse it; a local write that is given up for it
   * is kept as a conflict record. Done by the process of the branch that is connected to Atlas: throws SYNC_CONN_UNREACHABLE
   * where none is. Where the server of Local refuses Atlas' version, throws the code of that, and the entry stays.
   */
  discard(id: string): Promise<void>;
}
