export { type BranchDatabases, type Databases } from './databases/databases.js';
export { type DatabaseServer, type NamedDatabaseServer, type Topology } from './databases/database-server.js';
export { NoDatabasesError } from './databases/no-databases-error.js';
export { type ProviderName } from './databases/provider.js';
export { startDatabases, type StartDatabasesOptions } from './databases/start-databases.js';
export { waitFor, type WaitForOptions, WaitTimeoutError } from './wait/wait-for.js';
export { createFaultProxy, type FaultProxyOptions } from './proxy/create-fault-proxy.js';
export { type FaultProxy } from './proxy/fault-proxy.js';
export { atlasSideContract } from './contracts/atlas-side-contract.js';
export { type AtlasSideFixture } from './contracts/atlas/atlas-side-fixture.js';
export { type ContractRunner, type ContractSubject } from './contracts/contract-case.js';
export { localSideContract } from './contracts/local-side-contract.js';
export {
  type ContractDocument,
  type KeptRecord,
  type LocalSideFixture,
} from './contracts/local/local-side-fixture.js';
export { CONTRACT_NOW_MS, stampAt } from './contracts/stamp-at.js';
