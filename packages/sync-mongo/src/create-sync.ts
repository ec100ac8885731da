import { BatchSize, EchoWatch, HybridClock, MarkWatch, SyncQueueManager } from '@bomba/sync-core';
import { BusinessLogic } from './apply/business-logic.js';
import { WriteAuditor } from './audit/write-auditor.js';
import { documentKeyOf } from './bson/document-key.js';
import { BranchSync } from './branch-sync.js';
import { type AnyModel, attachCapture, type Capture, type CapturedWrite } from './capture/index.js';
import { CollisionSettler } from './conflict/collision-settler.js';
import { ConflictSettler } from './conflict/conflict-settler.js';
import { DualDatabaseManager } from './connection/dual-database-manager.js';
import { isChosen } from './control/collection-choice.js';
import { Pauses } from './control/pauses.js';
import { StatusBoard } from './control/status-board.js';
import { WakeUp } from './control/wake-up.js';
import { createDisabledSync } from './disabled-sync.js';
import { type EngineParts } from './engine/engine-parts.js';
import { ExpiredTombstones } from './engine/expired-tombstones.js';
import { ToldRefusals } from './engine/told-refusals.js';
import { CollectionRegister } from './local-collections/collection-register.js';
import { GoneCollections } from './local-collections/gone-collections.js';
import { SyncEmitter } from './events/sync-emitter.js';
import { type ResolvedSyncOptions, resolveSyncOptions } from './options/resolve-sync-options.js';
import { AtlasInventory } from './state/atlas-inventory.js';
import { ensureLocalState } from './state/ensure-state.js';
import { type Sync } from './sync.js';
import { type SyncOptions } from './sync-options.js';
import { systemRandom } from './system/system-random.js';

/**
 * Makes a Mongoose server's collections travel: captures every write from now on, and syncs both ways once started.
 * Throws SYNC_CONFIG_INVALID with every problem of the options at once.
 *
 * @example
 * const sync = createSync({ mongoose, atlas: { uri: process.env.ATLAS_MONGODB_URI } });
 * await mongoose.connect(process.env.LOCAL_MONGODB_URI);
 * await sync.start();
 *
 * @public
 */
export function createSync(options: SyncOptions): Sync {
  const resolved = resolveSyncOptions(options);
  if (!resolved.enabled) return createDisabledSync(resolved);
  const models = new Set<AnyModel>();
  const shared = createShared(resolved);
  let sync: BranchSync | null = null;
  const capture = attachCapture({
    mongoose: resolved.mongoose,
    isSynced: (name) => isChosen(name, resolved),
    clock: shared.clock,
    time: resolved.clock,
    logger: resolved.logger,
    metrics: resolved.metrics,
    onCaptured: (write) => announce(shared, write),
    onModel: (model) => {
      models.add(model);
      sync?.refresh();
    },
    onRefused: () => sync?.reconnect(),
    drops: {
      before: (collections) => parts.gone.beforeDrop(collections),
      after: (collections) => parts.gone.afterDrop(collections),
    },
  });
  const parts = createParts(resolved, { ...shared, models, capture });
  sync = new BranchSync(parts);
  return sync;
}

type Shared = Pick<
  EngineParts,
  | 'clock'
  | 'collisions'
  | 'conflicts'
  | 'queue'
  | 'pushSize'
  | 'echoes'
  | 'marks'
  | 'expiredTombstones'
  | 'toldRefusals'
  | 'inventory'
  | 'pushDue'
  | 'chores'
  | 'fullSyncDue'
  | 'fullSyncEnded'
  | 'retryDue'
  | 'emitter'
>;

function createShared(options: ResolvedSyncOptions): Shared {
  const { clock, conflict, onUniqueConflict, queue, tombstones, logger } = options;
  return {
    collisions: onUniqueConflict && new CollisionSettler({ hook: onUniqueConflict, logger }),
    clock: new HybridClock({ clock, random: systemRandom }),
    conflicts: new ConflictSettler({ strategy: conflict, clock, logger }),
    queue: new SyncQueueManager({ maxSize: queue.maxSize }),
    pushSize: new BatchSize(),
    echoes: new EchoWatch(),
    marks: new MarkWatch({ ageMs: tombstones.deadMarkAgeMs }),
    expiredTombstones: new ExpiredTombstones({ ageMs: tombstones.maxAgeMs, clock }),
    toldRefusals: new ToldRefusals(),
    inventory: new AtlasInventory(clock),
    pushDue: new WakeUp(),
    chores: new WakeUp(),
    fullSyncDue: new WakeUp(),
    fullSyncEnded: new WakeUp(),
    retryDue: new WakeUp(),
    emitter: new SyncEmitter(logger),
  };
}

function createParts(
  options: ResolvedSyncOptions,
  made: Shared & Pick<EngineParts, 'models' | 'capture'>,
): EngineParts {
  const { mongoose, atlas, clock, logger } = options;
  const databases = new DualDatabaseManager({ local: mongoose.connection, atlas, clock, logger });
  const pauses = new Pauses(() => databases.local);
  const gone = new GoneCollections({
    ...{ pauses, logger, register: new CollectionRegister(() => databases.local) },
    collections: () => made.capture.collections(),
    isBeingReplaced: (collection) => made.capture.isReplacing(databases.local, collection),
    restoreState: () => ensureLocalState(databases.local, []),
  });
  const auditor = options.audit ? startAudit(options, made.capture) : null;
  const sources = {
    collections: () => made.capture.collections(),
    refused: () => made.capture.refused(),
    paused: () => pauses.scopes,
    queueSize: () => made.queue.size,
    queueOverflowed: () => made.queue.isOverflowed,
    ...(auditor && { unmatchedWriteCount: () => auditor.unmatchedCount }),
  };
  const logic = new BusinessLogic({ ...options, models: made.models });
  const board = new StatusBoard({ clock, emitter: made.emitter, sources });
  return { options, databases, pauses, gone, board, logic, ...made };
}

function startAudit({ mongoose, logger, metrics }: ResolvedSyncOptions, capture: Capture): WriteAuditor {
  const isSynced = (collection: string): boolean => capture.collections().includes(collection);
  return new WriteAuditor({ mongoose, local: mongoose.connection, isSynced, logger, metrics });
}

/** A write was captured: the queue takes its keys, and push is called at once. A lost hint is found by the next sweep. */
function announce({ queue, pushDue }: Shared, { collection, ids, id }: CapturedWrite): void {
  if (ids !== 'many') {
    for (const documentId of ids)
      queue.enqueue({ key: documentKeyOf(collection, documentId), id, type: 'unknown' });
  }
  pushDue.call();
}
