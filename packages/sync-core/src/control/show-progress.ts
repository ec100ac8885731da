import { type Clock } from '../ports/clock.js';
import { type FullSyncReport } from './full-sync-report.js';
import { progressLine } from './progress-line.js';

/** Where progress is shown: standard error of a process is one. @public */
export interface ProgressTerminal {
  /** True: a line can be written again in its place. Default false. */
  readonly isTTY?: boolean;
  /** How many characters fit into a line; what is longer is cut off. Default, and 0 as of a terminal of no known size: no limit. */
  readonly columns?: number;
  write(text: string): unknown;
}

const PLAIN_INTERVAL_MS = 5_000;
const REWRITE = '\r\x1b[2K';
const CONTROL = /\p{Cc}/gu;

/**
 * Shows a full sync as one line that is rewritten on a terminal, and as a line every 5 s elsewhere; the result in any case.
 * @public
 */
export function showProgress(
  terminal: ProgressTerminal,
  clock: Pick<Clock, 'monotonic'>,
): (report: FullSyncReport) => void {
  let shownAtMs = -Infinity;
  return (report) => {
    // A name or a message in it must not steer the terminal.
    const line = progressLine(report).replace(CONTROL, '\ufffd');
    const hasEnded = report.state !== 'running';
    // One that is wrapped could not be rewritten; the result stands whole.
    if (terminal.isTTY) terminal.write(REWRITE + (hasEnded ? `${line}\n` : cut(line, terminal.columns)));
    else if (hasEnded || clock.monotonic() - shownAtMs >= PLAIN_INTERVAL_MS) {
      shownAtMs = clock.monotonic();
      terminal.write(`${line}\n`);
    }
  };
}

function cut(line: string, columns = 0): string {
  return columns > 0 ? line.slice(0, columns - 1) : line;
}
