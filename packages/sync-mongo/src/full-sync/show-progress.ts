import {
  type Clock,
  type FullSyncReport,
  type ProgressTerminal,
  showProgress as showOnClock,
} from '@bomba/sync-core';
import { systemClock } from '../system/system-clock.js';

/**
 * Shows a full sync as one line that is rewritten on a terminal, and as a line every 5 s elsewhere:
 * `sync.fullSync({ onProgress: showProgress(process.stderr) })`. @public
 */
export function showProgress(
  terminal: ProgressTerminal,
  clock: Pick<Clock, 'monotonic'> = systemClock,
): (report: FullSyncReport) => void {
  return showOnClock(terminal, clock);
}
