export { type BranchDatabases, type Databases } from './databases/databases.js';
export { type DatabaseServer, type NamedDatabaseServer, type Topology } from './databases/database-server.js';
export { NoDatabasesError } from './databases/no-databases-error.js';
export { type ProviderName } from './databases/provider.js';
export { startDatabases, type StartDatabasesOptions } from './databases/start-databases.js';
export { waitFor, type WaitForOptions, WaitTimeoutError } from './wait/wait-for.js';
export { createFaultProxy, type FaultProxyOptions } from './proxy/create-fault-proxy.js';
export { type FaultProxy } from './proxy/fault-proxy.js';
