import { type Direction } from '../protocol/side.js';

/** What a caller may ask of a full sync. @public */
export interface FullSyncOptions {
  /** Compare only; change nothing. Default false. */
  readonly dryRun?: boolean;
  /** Default: all synced collections. */
  readonly collections?: readonly string[];
  /** Default: both. */
  readonly direction?: Direction;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FullSyncReport) => void;
}

/** How one collection fared. @public */
export interface CollectionReport {
  readonly collection: string;
  readonly comparedCount: number;
  readonly differentCount: number;
  readonly repairedCount: number;
  /** True where it is paused: then it was compared, and nothing was changed. */
  readonly paused?: boolean;
}

/** A full sync, running or ended. @public */
export interface FullSyncReport {
  readonly id: string;
  readonly state: 'running' | 'completed' | 'failed' | 'cancelled';
  readonly dryRun: boolean;
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
  readonly collections: readonly CollectionReport[];
  /** Why it failed, where it did. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** The history of full syncs, newest first. @public */
export interface FullSyncHistory {
  list(options?: { readonly limit?: number }): Promise<readonly FullSyncReport[]>;
  /** Null where there is no such run. */
  get(id: string): Promise<FullSyncReport | null>;
}
