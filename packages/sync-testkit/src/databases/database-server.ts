/** One database server that a test talks to, stops, starts again and kills. */
export interface DatabaseServer {
  /** Connection string with the database name; a direct connection where the server is ours. */
  readonly uri: string;
  /** Host of the (first) server. */
  readonly host: string;
  /** Port of the (first) server; ours keeps it over restarts. */
  readonly port: number;
  /** Whether it is up. A server that was given to us counts as up. */
  readonly running: boolean;
  /** Shuts the server down in good order. Does nothing when it is down. */
  stop(): Promise<void>;
  /** Starts it again on the same port with the same data. Does nothing when it is up. */
  start(): Promise<void>;
  /** Ends it as a power cut would (kill -9). */
  kill(): Promise<void>;
  /**
   * Prepares synced collections for a sandbox server that needs help to be fast (an index for compare-and-set); call it
   * before heavy use. A real mongod needs none, there it does nothing.
   */
  provision(collections: readonly string[]): Promise<void>;
}

/** The server of a branch. */
export interface NamedDatabaseServer extends DatabaseServer {
  /** Name of the branch. */
  readonly name: string;
}

/** Whether change streams are to work (`replicaSet`) or to be refused (`standalone`). */
export type Topology = 'replicaSet' | 'standalone';
