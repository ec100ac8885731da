import { type Clock, type FullSyncReport, progressLine } from '@bomba/sync-core';
import { systemClock } from '../system/system-clock.js';

/** Where progress is shown. */
export interface ProgressTerminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const PLAIN_INTERVAL_MS = 5_000;
const REWRITE = '\r\x1b[2K';

/**
 * Shows a full sync as one line that is rewritten on a terminal, and as a line every 5 s elsewhere:
 * `sync.fullSync({ onProgress: showProgress(process.stderr) })`. @public
 */
export function showProgress(
  terminal: ProgressTerminal,
  clock: Pick<Clock, 'monotonic'> = systemClock,
): (report: FullSyncReport) => void {
  let shownAtMs = -Infinity;
  return (report) => {
    const line = progressLine(report);
    const hasEnded = report.state !== 'running';
    if (terminal.isTTY) terminal.write(`${REWRITE}${line}${hasEnded ? '\n' : ''}`);
    else if (hasEnded || clock.monotonic() - shownAtMs >= PLAIN_INTERVAL_MS) {
      shownAtMs = clock.monotonic();
      terminal.write(`${line}\n`);
    }
  };
}
