import { type FullSyncOptions, type FullSyncReport, type SyncControl } from '@bomba/sync-core';
import { type OpenPeriod } from '../engine/connected-period.js';
import { type FullSyncService } from './full-sync-service.js';

/** A comparison that somebody asked for; what it leaves open is looked at until it is settled. */
export async function compareOnRequest(
  service: FullSyncService,
  period: OpenPeriod,
  options: FullSyncOptions,
): Promise<FullSyncReport> {
  const { report, open } = await service.run(period, options);
  if (!report.dryRun) period.hold(open);
  return report;
}

/**
 * A comparison in which the operator may have chosen a side: then the fuse for unexplained deletions does not hold, and
 * what is gone from Atlas is put back there (`local`) or leaves Local (`atlas`).
 */
export async function resyncOnRequest(
  service: FullSyncService,
  period: OpenPeriod,
  { collections, prefer }: Parameters<SyncControl['resync']>[0],
): Promise<{ readonly report: FullSyncReport; readonly isComplete: boolean }> {
  const { link, hold } = period;
  const lane = prefer === undefined ? period.lane : period.operatorLane;
  const choice = prefer && { prefer, historyLost: false };
  const scope = { link, lane, fuse: prefer === undefined, ...(choice && { choice }) };
  const { report, open, isComplete } = await service.run(scope, { ...(collections && { collections }) });
  hold(open);
  return { report, isComplete };
}
