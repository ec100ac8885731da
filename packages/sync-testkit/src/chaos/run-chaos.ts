import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { type DatabaseServer } from '../databases/database-server.js';
import { databaseIn } from '../databases/environment/database-in-uri.js';
import { startDatabases } from '../databases/start-databases.js';
import { type HistorySize, planHistory } from './plan/plan-history.js';
import { ProcessPool } from './world/process-pool.js';
import { type HistoryOutcome, runHistory, type Seat, type Stage } from './world/run-history.js';

/** Which histories to run. */
export interface ChaosOptions {
  /** The program of a writing process: a file for Node. */
  readonly program: string;
  /** Taken one after the other until they end. */
  readonly seeds: Iterable<number>;
  /** How many histories at a time. Default 2. */
  readonly concurrency?: number;
  readonly branchCount?: number;
  /** Whether computed fields, validation, a unique index and an excluded collection are switched on. Default false. */
  readonly hasRules?: boolean;
  /** Hears how each went, as soon as it is over. */
  readonly onHistory?: (report: HistoryReport) => void;
  /** Keeps the logs of sound histories, too. Default false. */
  readonly keepsLogs?: boolean;
}

/** How the history of a seed went, and where its logs are, should it have broken a law. */
export interface HistoryReport extends HistoryOutcome {
  readonly seed: number;
  readonly isSound: boolean;
  readonly directory: string;
  readonly durationMs: number;
}

const SPARE_PROCESSES = 4;
/** A server that stands still shall fail a history, not stop them all. */
const SOCKET_MS = 60_000;

/** Runs random histories on real databases, and resolves with those that broke a law. */
export async function runChaos(options: ChaosOptions): Promise<readonly HistoryReport[]> {
  const { program, seeds, concurrency = 2, branchCount = 3, onHistory, keepsLogs = false } = options;
  const size = { branchCount, hasRules: options.hasRules ?? false };
  const databases = await startDatabases({ branches: branchCount });
  const seats = await Promise.all([databases.atlas, ...databases.branches].map(openSeat));
  const pool = new ProcessPool(program, SPARE_PROCESSES);
  const root = mkdtempSync(join(tmpdir(), 'bomba-chaos-'));
  const broken: HistoryReport[] = [];
  const left = seeds[Symbol.iterator]();
  let count = 0;
  const work = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) {
      const seed = next.value;
      count += 1;
      const report = await runOne(seed, stageOf(seats, pool, { root, name: `${count}-seed-${seed}` }), size);
      if (!report.isSound) broken.push(report);
      else if (!keepsLogs) rmSync(report.directory, { recursive: true, force: true });
      onHistory?.(report);
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, work));
  } finally {
    await pool.close();
    await Promise.all(seats.map(({ client }) => client.close()));
    await databases.stop();
    if (broken.length === 0 && !keepsLogs) rmSync(root, { recursive: true, force: true });
  }
  return broken;
}

async function openSeat({ uri, port, host }: DatabaseServer): Promise<Seat> {
  return { uri, port, host, client: await MongoClient.connect(uri, { socketTimeoutMS: SOCKET_MS }) };
}

function stageOf(
  [atlas, ...locals]: readonly Seat[],
  pool: ProcessPool,
  { root, name }: { readonly root: string; readonly name: string },
): Stage {
  if (!atlas) throw new Error('there is no Atlas');
  const dbName = `${databaseIn(atlas.uri) ?? 'bomba'}_${name}`;
  return { atlas, locals, pool, directory: join(root, name), dbName };
}

async function runOne(seed: number, stage: Stage, size: Partial<HistorySize>): Promise<HistoryReport> {
  const startedAt = performance.now();
  const outcome = await runHistory(planHistory(seed, size), stage);
  const isSound = outcome.violations.length === 0 && outcome.failures.length === 0;
  const durationMs = performance.now() - startedAt;
  return { ...outcome, seed, isSound, directory: stage.directory, durationMs };
}
