import { type NamedDatabaseServer, type Topology } from './database-server.js';
import { type Watchdog } from './process/watchdog.js';

/** Where servers come from, in the order in which they are tried. */
export type ProviderName = 'environment' | 'mongod' | 'memory-server' | 'secantus';

/** One server that is wanted. */
export interface Seat {
  /** Name of the branch, or `atlas`. */
  readonly name: string;
  readonly side: 'local' | 'atlas';
  readonly topology: Topology;
  readonly dbName: string;
}

/** All servers that are wanted, and how. */
export interface DatabaseRequest {
  readonly seats: readonly Seat[];
  /** Whether data is kept after `stop`, for a next run with the same directory. */
  readonly keepData: boolean;
  /** Directory for data; each provider and each seat has its own below it. */
  readonly dataDirectory: string;
  /** See `StartDatabasesOptions.secondOpinion`. */
  readonly secondOpinion: boolean;
  /** See `StartDatabasesOptions.syncOnCommit`. */
  readonly syncOnCommit: boolean;
  readonly watchdog: Watchdog;
}

/** A server as its provider hands it over: with its end. */
export interface ProvidedServer extends NamedDatabaseServer {
  /** Ends it for good and gives back what it held (port, throw-away database). */
  dispose(): Promise<void>;
}

/** Whether a provider can serve a request, and if not, why and what would help. */
export type Preparation =
  | {
      readonly available: true;
      /** What it is, for people: `SecantusDB 0.6.0b17 (native)`. */
      readonly what: string;
      /** Starts one server. */
      open(seat: Seat): Promise<ProvidedServer>;
    }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

/** A source of database servers. */
export interface DatabaseProvider {
  readonly name: ProviderName;
  /** Looks whether it can serve the request, installing what it needs; `report` tells of anything that takes long. */
  prepare(request: DatabaseRequest, report: (line: string) => void): Promise<Preparation>;
}
