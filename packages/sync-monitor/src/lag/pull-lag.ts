import { type SyncStatus } from '@bomba/sync-core';

/** How far Local is behind Atlas: the time since the change stream last proved to be up to date. Null while unknown. */
export function pullLagMs(status: SyncStatus | null, nowMs: number): number | null {
  if (status === null || !status.leader || status.pulledAtMs === null) return null;
  return Math.max(0, nowMs - status.pulledAtMs);
}
