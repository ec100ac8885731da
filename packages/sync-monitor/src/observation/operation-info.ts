import { type Side, type SyncErrorCode } from '@bomba/sync-core';

/** An operation that was carried over to the other side: its name alone (`'insert'`), or with its place. @public */
export type OperationInfo =
  | string
  | {
      readonly operation: string;
      readonly collection?: string;
      readonly documentId?: string;
      /** Why it failed, where it did. */
      readonly code?: SyncErrorCode;
    };

/** A conflict that was settled. @public */
export interface ConflictInfo {
  readonly collection?: string;
  /** The side whose state lost. Default `'local'`. */
  readonly loser?: Side;
  readonly reason?: string;
}
