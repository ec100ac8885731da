import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { branchNames } from './branch-names.js';
import { tellEverything, tellInOneLine } from './chain-reporter.js';
import { type Topology } from './database-server.js';
import { type BranchDatabases, type Databases } from './databases.js';
import { startWatchdog } from './process/watchdog.js';
import { type DatabaseRequest, type Seat } from './provider.js';
import { providerChain } from './provider-chain.js';
import { startWithFirst } from './start-with-first.js';

/** Which databases to start, and how. */
export interface StartDatabasesOptions {
  /** The branches, by number (named a, b, c…) or by name. */
  readonly branches: number | readonly string[];
  /** Topology of the Locals; Atlas is always a replica set. Default `replicaSet`. */
  readonly topology?: Topology;
  /** Name of the database on every server. Default `bomba`. */
  readonly dbName?: string;
  /** Whether to start Atlas. Default true. */
  readonly atlas?: boolean;
  /** Hears which providers were tried and which one it is. Default: one line on standard error. */
  readonly onProgress?: (line: string) => void;
  /** Keeps the data between runs, in this directory. Default: a temporary directory that is removed at the end. */
  readonly dataDirectory?: string;
  /**
   * Where it comes down to SecantusDB, takes its slower build in Python, which re-uses a unique value that its document
   * gave up, as mongod does, and the native one does not. Changes nothing on a real mongod. Default false.
   */
  readonly secondOpinion?: boolean;
  /**
   * Makes a sandbox server sync every commit, so that `kill` loses no acknowledged write, as on a mongod with `j: true`;
   * slower. Default false.
   */
  readonly syncOnCommit?: boolean;
}

/**
 * Starts the databases of a deployment, each a server of its own, with the first provider that works: a deployment given
 * in the environment, a `mongod` on this machine, a downloaded one, SecantusDB. They end with this process, however it
 * ends.
 *
 * @throws NoDatabasesError when no provider works; its message says what would help.
 */
export function startDatabases(
  options: StartDatabasesOptions & { readonly atlas: false },
): Promise<BranchDatabases>;
export function startDatabases(
  options: StartDatabasesOptions & { readonly atlas?: true },
): Promise<Databases>;
export async function startDatabases(
  options: StartDatabasesOptions,
): Promise<BranchDatabases & Partial<Databases>> {
  const watchdog = await startWatchdog();
  try {
    const request = requestFor(options, watchdog);
    const { onProgress } = options;
    const reporter = onProgress
      ? tellEverything(onProgress)
      : tellInOneLine((line) => process.stderr.write(`${line}\n`));
    const { provider, servers } = await startWithFirst(providerChain(process.env), request, reporter);
    const atlas = request.seats.findIndex((seat) => seat.side === 'atlas');
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await Promise.all(servers.map((server) => server.dispose()));
      await watchdog.end();
    };
    return {
      provider,
      branches: servers.filter((_, index) => index !== atlas),
      ...(servers[atlas] && { atlas: servers[atlas] }),
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    await watchdog.end();
    throw error;
  }
}

function requestFor(options: StartDatabasesOptions, watchdog: DatabaseRequest['watchdog']): DatabaseRequest {
  const { topology = 'replicaSet', dbName = 'bomba', atlas = true, dataDirectory } = options;
  const seats: Seat[] = branchNames(options.branches).map((name) => ({
    name,
    side: 'local',
    topology,
    dbName,
  }));
  if (atlas) seats.push({ name: 'atlas', side: 'atlas', topology: 'replicaSet', dbName });
  // Made and handed to the watchdog in one go: nothing can end us in between without it knowing.
  const directory = dataDirectory ?? mkdtempSync(join(tmpdir(), 'bomba-databases-'));
  if (dataDirectory === undefined) watchdog.removeAtEnd(directory);
  return {
    seats,
    keepData: dataDirectory !== undefined,
    dataDirectory: resolve(directory),
    secondOpinion: options.secondOpinion ?? false,
    syncOnCommit: options.syncOnCommit ?? false,
    watchdog,
  };
}
