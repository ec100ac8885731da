import { type Direction } from '../protocol/side.js';

/** Where the engine of this process is in its life. @public */
export type SyncState = 'disabled' | 'stopped' | 'starting' | 'standby' | 'running' | 'degraded' | 'stopping';

/** What is known of one database. @public */
export type ConnectionState = 'connected' | 'connecting' | 'disconnected';

/** Part of the sync that is switched off by {@link SyncControl.pause}; an absent field means all. @public */
export interface PauseScope {
  readonly direction?: Direction;
  readonly collection?: string;
}

/** What happened in one direction since this process started. @public */
export interface DirectionCounts {
  /** Document versions stored on the other side. */
  readonly appliedCount: number;
  /** Requests that failed and are tried again. */
  readonly failedCount: number;
  /** States that lost a conflict. */
  readonly conflictCount: number;
  /** States put into quarantine. */
  readonly quarantinedCount: number;
  /** When the last version was stored, in ms since the epoch; null: none yet. */
  readonly lastAppliedAtMs: number | null;
}

/** A cheap, synchronous picture of the sync of this process. @public */
export interface SyncStatus {
  readonly state: SyncState;
  /** Names this branch's database; null until Local answered once. */
  readonly instanceId: string | null;
  /** True in the one process of the branch that runs the engine. */
  readonly leader: boolean;
  readonly local: ConnectionState;
  readonly atlas: ConnectionState;
  /** False while pull must catch up before push may go on. */
  readonly pushOpen: boolean;
  /** Keys known to wait for push, at most the queue's limit. */
  readonly queueSize: number;
  /** True while more waits than the queue holds: the rest is found by scanning, nothing is lost. Default false. */
  readonly queueOverflowed?: boolean;
  /** When the change stream last proved to be up to date, in ms since the epoch; null: not yet. */
  readonly pulledAtMs: number | null;
  /** Atlas' clock minus ours, in ms; null until measured. */
  readonly driftMs: number | null;
  readonly collections: readonly string[];
  /** Collections that cannot be synced, and work as without sync. Default: none. */
  readonly refused?: readonly { readonly collection: string; readonly reason: string }[];
  readonly paused: readonly PauseScope[];
  readonly push: DirectionCounts;
  readonly pull: DirectionCounts;
  /** Writes that the audit saw go past capture; absent where nothing is audited. */
  readonly unmatchedWriteCount?: number;
  /** Indexes of the models that could not be built on Atlas, one sentence each, with the values that collide. */
  readonly indexProblems?: readonly string[];
  /** The last error, by its code; null where all is well. */
  readonly lastError: { readonly code: string; readonly message: string; readonly atMs: number } | null;
}
