import { type FullSyncReport, isSyncError, type Logger } from '@bomba/sync-core';

/**
 * Starts a run and waits only until it is known by its id, which `run` tells by its callback, or until it ends before.
 * Rejects where it could not start; a failure after that is in its report, and logged.
 */
export function startRun(
  run: (started: (report: FullSyncReport) => void) => Promise<FullSyncReport>,
  logger: Logger,
): Promise<FullSyncReport> {
  let isStarted = false;
  let tell: (report: FullSyncReport) => void = () => undefined;
  const begun = new Promise<FullSyncReport>((resolve) => {
    tell = resolve;
  });
  const ended = run((report) => {
    isStarted = true;
    tell(report);
  });
  ended.catch((error: unknown) => {
    if (isStarted) logger.error('The run failed.', { code: isSyncError(error) ? error.code : 'SYNC_BUG' });
  });
  return Promise.race([begun, ended]);
}
