export { createSync } from './create-sync.js';
export { type DocumentRef, type StartReport, type Sync, type SyncedOutcome } from './sync.js';
export {
  type ConflictStrategy,
  type PlainDocument,
  type SyncOptions,
  type UniqueConflict,
  type UniqueConflictHook,
} from './sync-options.js';
export {
  createSyncMiddleware,
  type SyncMiddleware,
  type SyncMiddlewareConfig,
  withoutSyncBookkeeping,
} from './capture/index.js';
export {
  type AtlasGreeting,
  DualDatabaseManager,
  type DualDatabaseOptions,
} from './connection/dual-database-manager.js';
export { AtlasChangeListener, type ListenerOptions } from './stream/atlas-change-listener.js';
export { ChangeProcessor, type ChangeProcessorOptions } from './apply/change-processor.js';
export { SyncWorker, type SyncWorkerOptions } from './worker/sync-worker.js';
export { FullSyncService } from './full-sync/full-sync-service.js';
export { type ProgressTerminal } from '@bomba/sync-core';
export { showProgress } from './full-sync/show-progress.js';
export { syncDefaults } from './options/sync-defaults.js';
