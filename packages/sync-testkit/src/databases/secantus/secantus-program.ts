import { MongoClient } from 'mongodb';
import { type ServerProgram } from '../process/server-program.js';

/** How a build of SecantusDB is called. */
export interface SecantusCommand {
  readonly program: string;
  /** Arguments before the flags of the server. */
  readonly prefix?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** SecantusDB as a server program. It is a replica set of one by itself, unless told to be a standalone. */
export function secantusProgram(command: SecantusCommand, syncOnCommit: boolean): ServerProgram {
  const { program, prefix = [], environment = {} } = command;
  return {
    command: program,
    environment,
    argumentsFor: ({ port, dataDirectory, seat }) => [
      ...prefix,
      ...['--port', String(port), '--storage-path', dataDirectory, '--log-level', 'WARNING'],
      ...['--oplog-max-entries', '5000000', '--oplog-retention-seconds', '86400'],
      ...['--noop-heartbeat-seconds', '1'],
      ...(syncOnCommit ? ['--sync-on-commit'] : []),
      ...(seat.topology === 'standalone' ? ['--standalone'] : []),
    ],
    makeReady: async () => undefined,
    provision,
  };
}

/** It scans a collection for any write filter of more than `_id`, unless one index starts with all the fields. */
async function provision(uri: string, collections: readonly string[]): Promise<void> {
  const client = new MongoClient(uri);
  const fields = { _id: 1, '_syncMeta.dirty': 1, '_syncMeta.stamp': 1, '_syncMeta.held': 1 } as const;
  try {
    for (const name of collections) await client.db().collection(name).createIndex(fields, {}, {});
  } finally {
    await client.close();
  }
}
