import { type SyncControl } from '@bomba/sync-core';
import { BidirectionalSyncMonitor } from '@bomba/sync-monitor';

/** Watches a sync; call it before `sync.start()` so that nothing is missed. */
export function watch(sync: SyncControl): BidirectionalSyncMonitor {
  const monitor = new BidirectionalSyncMonitor({ thresholds: { queueSizeWarningCount: 500 } });
  monitor.observe(sync);
  return monitor;
}
