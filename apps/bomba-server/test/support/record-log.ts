import { type Logger } from '@bomba/sync-core';

/** A logger that keeps its lines: `warn something`. */
export interface RecordedLog extends Logger {
  readonly lines: readonly string[];
}

/** Makes one. */
export function recordLog(): RecordedLog {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const log: RecordedLog = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return log;
}
