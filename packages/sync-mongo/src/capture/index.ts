export { attachCapture } from './attach-capture.js';
export { type Capture, type CaptureOptions } from './capture.js';
export { type RefusedCollection } from './collections/synced-collections.js';
export { type CapturedWrite } from './run/captured-write.js';
export { CAPTURE_MISSED } from './run/capture-report.js';
export {
  createSyncMiddleware,
  type NotedOperation,
  type OperationQueue,
  type SyncMiddleware,
  type SyncMiddlewareConfig,
} from './middleware/sync-middleware.js';
export { findBypasses } from './self-test/find-bypasses.js';
export { type AnyModel } from './seam/watch-connections.js';
export { withoutSyncBookkeeping } from './watch/without-sync-bookkeeping.js';
