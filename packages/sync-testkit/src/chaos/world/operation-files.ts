import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LoggedWrite, type WriteCounts, type WriteEffect } from '../checker/recorded-history.js';

/** A line that a writing process logged, before or after a write, or where a transaction began. */
export interface LogLine {
  readonly token?: string;
  readonly way?: string;
  readonly effects?: readonly WriteEffect[];
  readonly atMs: number;
  readonly outcome?: 'acknowledged' | 'failed';
  readonly counts?: WriteCounts;
  /** The number of an order that is created. */
  readonly order?: number;
  /** Whether a note is written. */
  readonly isNote?: boolean;
  /** The session of a transaction, in hexadecimal. */
  readonly transactionOf?: string;
}

/** The lines of a log. The last one may be torn where its writer was killed. */
export function readLog(file: string): readonly LogLine[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as LogLine);
}

/** All writes of a history's logs. A log is named `<branch>.<process>.log`. */
export function readWrites(directory: string): readonly LoggedWrite[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.log'));
  return files.flatMap((name) => writesIn(readLog(join(directory, name)), name.split('.')[0] ?? ''));
}

function writesIn(lines: readonly LogLine[], place: string): readonly LoggedWrite[] {
  const writes = new Map<string, LoggedWrite>();
  for (const { token, way = '', effects, atMs, outcome, counts } of lines) {
    if (token === undefined) continue;
    if (effects) {
      writes.set(token, { token, place, way, effects, begunAtMs: atMs, outcome: 'open', counts: null });
    }
    const begun = writes.get(token);
    if (begun && outcome) writes.set(token, { ...begun, outcome, counts: counts ?? null });
  }
  return [...writes.values()];
}
