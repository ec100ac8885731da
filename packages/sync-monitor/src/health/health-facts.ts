import { type Direction, type SyncStatus } from '@bomba/sync-core';

/** What is known of one direction. */
export interface DirectionFacts {
  readonly direction: Direction;
  /** Null while unknown. */
  readonly lagMs: number | null;
  /** In the last five minutes. */
  readonly recentlyAppliedCount: number;
  readonly recentlyFailedCount: number;
  readonly recentConflictCount: number;
  readonly recentlyQuarantinedCount: number;
}

/** All that the health checks look at, so that they are pure functions of it. */
export interface HealthFacts {
  readonly queueSize: number;
  readonly directions: readonly DirectionFacts[];
  /** Null where no sync is observed. */
  readonly status: SyncStatus | null;
  readonly atMs: number;
}
