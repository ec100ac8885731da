import { type ConflictArchive } from '../control/conflict-archive.js';
import {
  type FullSyncHistory,
  type FullSyncOptions,
  type FullSyncReport,
  type ResyncOptions,
} from '../control/full-sync-report.js';
import { type HealthReport } from '../control/health-report.js';
import { type QuarantineDesk } from '../control/quarantine-desk.js';
import { type SyncEventListener, type SyncEventName } from '../control/sync-event.js';
import { type PauseScope, type SyncStatus } from '../control/sync-status.js';

/** What API and monitor may see and steer of a running sync. @public */
export interface SyncControl {
  /** A cheap, synchronous snapshot. */
  status(): SyncStatus;
  health(): Promise<HealthReport>;
  /** Durable: it survives a restart. */
  pause(scope?: PauseScope): Promise<void>;
  /**
   * Ends pauses, the whole or one direction of them. Throws SYNC_STATE_PAUSED_WIDER, and changes nothing, where one
   * collection is to go on while all are paused.
   */
  resume(scope?: PauseScope): Promise<void>;
  /**
   * Compares both sides and repairs, in whichever process runs the engine. Rejects with SYNC_FULL_RUNNING while one
   * runs in any process of the branch, SYNC_NOT_FOUND for an unknown collection or run, SYNC_CONFIG_INVALID for an option
   * that is not understood, SYNC_TIMEOUT where no process takes it up, and with what made it fail. Cancelled by its signal
   * it resolves, with that state.
   */
  fullSync(options?: FullSyncOptions): Promise<FullSyncReport>;
  /**
   * The operator chooses a side for collections that paused themselves. Rejects as {@link SyncControl.fullSync}, and with
   * SYNC_STATE_PAUSED_WIDER where none are named and somebody has paused all.
   */
  resync(options: ResyncOptions): Promise<FullSyncReport>;
  readonly fullSyncs: FullSyncHistory;
  readonly conflicts: ConflictArchive;
  readonly quarantine: QuarantineDesk;
  on<Name extends SyncEventName>(event: Name, listener: SyncEventListener<Name>): this;
  off<Name extends SyncEventName>(event: Name, listener: SyncEventListener<Name>): this;
}
