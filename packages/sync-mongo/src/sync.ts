import { type SyncControl } from '@bomba/sync-core';
import { type Document, type Mongoose } from 'mongoose';

/** A document by its place. @public */
export interface DocumentRef {
  readonly collection: string;
  readonly _id: unknown;
}

/** How the start went. @public */
export interface StartReport {
  /** Names this branch's database. */
  readonly instanceId: string | null;
  /** Whether Atlas answered; sync starts without it and catches up. */
  readonly atlas: 'connected' | 'absent';
  readonly collections: readonly string[];
  /** Collections that cannot be synced, with the reason; they work as before. */
  readonly refused: readonly { readonly collection: string; readonly reason: string }[];
  /** What is weaker than asked, one sentence each. */
  readonly warnings: readonly string[];
}

/** What became of a write: on Atlas; lost a conflict and kept; or refused and in quarantine. @public */
export type SyncedOutcome = 'applied' | 'superseded' | 'quarantined';

/** The sync of one branch, as {@link createSync} makes it. @public */
export interface Sync extends SyncControl {
  /** Captures the writes of this Mongoose's models, compiled before or after. Idempotent; called by createSync. */
  attach(mongoose?: Mongoose): void;
  /**
   * Starts the engine. Local must answer; Atlas may be absent. Throws SYNC_STATE_LOCAL_NOT_CONNECTED,
   * SYNC_CONFIG_INVALID.
   */
  start(): Promise<StartReport>;
  /** Ends the engine; capture goes on. `drainMs`: how long to go on pushing first, default 0. Idempotent. */
  stop(options?: { readonly drainMs?: number }): Promise<void>;
  /**
   * Waits until this document's last write is settled. Works in any process of the branch. `timeoutMs` default 30,000;
   * throws SYNC_TIMEOUT.
   */
  synced(document: Document | DocumentRef, options?: { readonly timeoutMs?: number }): Promise<SyncedOutcome>;
  /**
   * Waits until nothing is dirty and the stream has passed a marker written after the call. Throws SYNC_TIMEOUT after
   * `timeoutMs` (default 30,000).
   */
  idle(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** True inside a hook that runs because a change from Atlas is being applied. */
  isRemoteApply(): boolean;
}
