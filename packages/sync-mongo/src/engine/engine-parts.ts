import {
  type BatchSize,
  type EchoWatch,
  type HybridClock,
  type MarkWatch,
  type SyncQueueManager,
} from '@bomba/sync-core';
import { type AnyModel, type Capture } from '../capture/index.js';
import { type CollisionSettler } from '../conflict/collision-settler.js';
import { type ConflictSettler } from '../conflict/conflict-settler.js';
import { type BusinessLogic } from '../apply/business-logic.js';
import { type DualDatabaseManager } from '../connection/dual-database-manager.js';
import { type Pauses } from '../control/pauses.js';
import { type StatusBoard } from '../control/status-board.js';
import { type WakeUp } from '../control/wake-up.js';
import { type AtlasInventory } from '../state/atlas-inventory.js';
import { type SyncEmitter } from '../events/sync-emitter.js';
import { type GoneCollections } from '../local-collections/gone-collections.js';
import { type ExpiredTombstones } from './expired-tombstones.js';
import { type ToldRefusals } from './told-refusals.js';
import { type ResolvedSyncOptions } from '../options/resolve-sync-options.js';

/** What the parts of one process' engine share. */
export interface EngineParts {
  readonly options: ResolvedSyncOptions;
  readonly databases: DualDatabaseManager;
  readonly capture: Capture;
  /** The synced models seen so far. */
  readonly models: ReadonlySet<AnyModel>;
  readonly clock: HybridClock;
  readonly queue: SyncQueueManager;
  /** How much push sends at once: what was learned of the link outlives a connection. */
  readonly pushSize: BatchSize;
  readonly echoes: EchoWatch;
  /** Deletes that may be dead: what was seen of them outlives a connection. */
  readonly marks: MarkWatch;
  /** Tombstones of Local that have outlived their age: when they were last looked for outlives a connection. */
  readonly expiredTombstones: ExpiredTombstones;
  /** Refusals that the log has told: they outlive a connection. */
  readonly toldRefusals: ToldRefusals;
  /** What is known to be there on Atlas outlives a connection. */
  readonly inventory: AtlasInventory;
  readonly conflicts: ConflictSettler;
  readonly logic: BusinessLogic;
  /** Null where the application has no `onUniqueConflict`. */
  readonly collisions: CollisionSettler | null;
  readonly pauses: Pauses;
  readonly gone: GoneCollections;
  readonly board: StatusBoard;
  readonly emitter: SyncEmitter;
  /** Called when there is something to push. */
  readonly pushDue: WakeUp;
  /** Called when there is a request for the engine's housekeeping. */
  readonly chores: WakeUp;
  /** Called when a full sync is asked for. */
  readonly fullSyncDue: WakeUp;
  /** Called when a full sync has ended in this process. */
  readonly fullSyncEnded: WakeUp;
  /** Called when there is reason to try a connection to Atlas at once. */
  readonly retryDue: WakeUp;
}
