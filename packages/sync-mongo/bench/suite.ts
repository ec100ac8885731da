import { type Row } from './report/row.js';

/** How large a suite is run. */
export interface SuiteOptions {
  /** How often each measurement is repeated; the median counts. */
  readonly runs: number;
  /** How many events a suite that drains some is to drain; null: its own number. */
  readonly events: number | null;
  /** Measures only what has that in its name, where a suite can choose; null: all. */
  readonly only: string | null;
  /** Whether to tell what the process holds meanwhile, where a suite can: garbage is collected each second for that. */
  readonly held: boolean;
  /** Hears what is measured now. */
  readonly onProgress: (line: string) => void;
}

/** What a suite found. */
export interface SuiteResult {
  /** Which databases it ran on. */
  readonly databases: string;
  /** What the columns are measured against, for the head of the table. */
  readonly references: readonly string[];
  readonly rows: readonly Row[];
}

/** A benchmark: `pnpm bench <name>`. */
export interface Suite {
  readonly name: string;
  readonly about: string;
  run(options: SuiteOptions): Promise<SuiteResult>;
}
