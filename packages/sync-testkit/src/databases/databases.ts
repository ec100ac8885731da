import { type DatabaseServer, type NamedDatabaseServer } from './database-server.js';
import { type ProviderName } from './provider.js';

/** The Locals of some branches. */
export interface BranchDatabases {
  /** Where they come from. */
  readonly provider: ProviderName;
  /** One Local for each branch, in the order asked for. */
  readonly branches: readonly NamedDatabaseServer[];
  /** Ends all servers and removes their data, unless a data directory was given. Calling it again does nothing. */
  stop(): Promise<void>;
}

/** The databases of a whole deployment: a Local for each branch, and Atlas. */
export interface Databases extends BranchDatabases {
  readonly atlas: DatabaseServer;
}
