import { type ConflictRecord } from '../conflict/conflict-record.js';
import { type SyncErrorCode } from '../errors/error-codes.js';
import { type Direction } from '../protocol/side.js';
import { type FullSyncReport } from './full-sync-report.js';
import { type SyncState } from './sync-status.js';

/** What happens in the engine, by name of the event. @public */
export interface SyncEvents {
  /** Versions stored on the other side. `durationMs`: from first read to acknowledgement of the batch. */
  readonly synced: {
    readonly direction: Direction;
    readonly collection: string;
    readonly count: number;
    readonly durationMs: number;
    /** From the write to its arrival, of the oldest in the batch; null where unknown. */
    readonly lagMs: number | null;
  };
  /** A request failed; it is tried again. */
  readonly failed: { readonly direction: Direction; readonly code: SyncErrorCode; readonly attempt: number };
  /** A state lost a conflict, and is kept; of a merge, which keeps both, it is Local's. */
  readonly conflict: Omit<ConflictRecord, 'body'> & { readonly collection: string };
  readonly quarantined: {
    readonly direction: Direction;
    readonly collection: string;
    readonly key: string;
    readonly code: SyncErrorCode;
    readonly reason: string;
  };
  /** More was written than the queue holds: the rest is found by a scan of the dirty index, which begins now. */
  readonly queueOverflowed: { readonly maxSize: number };
  readonly stateChanged: { readonly from: SyncState; readonly to: SyncState };
  readonly drift: { readonly offsetMs: number; readonly corrected: boolean };
  readonly fullSync: FullSyncReport;
}

/** The name of an event. @public */
export type SyncEventName = keyof SyncEvents;

/** Receives an event of that name; must not throw. @public */
export type SyncEventListener<Name extends SyncEventName> = (event: SyncEvents[Name]) => void;
