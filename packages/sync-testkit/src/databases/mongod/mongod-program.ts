import { type ServerProgram } from '../process/server-program.js';
import { becomePrimary, REPLICA_SET } from './replica-set.js';

/** A real mongod as a server program: small, on loopback, with fail points. */
export function mongodProgram(command: string): ServerProgram {
  return {
    command,
    environment: {},
    argumentsFor: ({ port, dataDirectory, seat }) => [
      ...['--port', String(port), '--dbpath', dataDirectory, '--bind_ip', '127.0.0.1'],
      ...['--wiredTigerCacheSizeGB', '0.25', '--setParameter', 'enableTestCommands=1'],
      ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
      ...(seat.topology === 'replicaSet' ? ['--replSet', REPLICA_SET] : []),
    ],
    makeReady: async ({ port, seat }) => {
      if (seat.topology === 'replicaSet') await becomePrimary(port);
    },
    provision: async () => undefined,
  };
}
