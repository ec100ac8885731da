import { type Document, MongoClient } from 'mongodb';
import { waitFor } from '../../wait/wait-for.js';

/** Name of our replica sets. */
export const REPLICA_SET = 'bomba';

const NOT_YET_INITIALIZED = 94;

/** Runs a command on the `admin` database. */
export type RunCommand = (command: Document) => Promise<Document>;

/** Makes a mongod that was started with `--replSet` the primary of a replica set of one. */
export async function becomePrimary(port: number): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    const run: RunCommand = (command) => client.db('admin').command(command);
    await waitFor(() => stepTowardsPrimary(run, `127.0.0.1:${port}`), {
      what: `the mongod on port ${port} to become primary`,
      timeoutMs: 30_000,
      everyMs: 20,
    });
  } finally {
    await client.close();
  }
}

/** Looks where the server stands and does the next thing; true once it is primary. Repeating it does no harm. */
export async function stepTowardsPrimary(run: RunCommand, host: string): Promise<boolean> {
  const hello = await run({ hello: 1 });
  if (hello['isWritablePrimary'] === true) return true;
  const config = await currentConfig(run);
  if (config === undefined) {
    await run({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
  } else if (config.members[0]?.host !== host) {
    // Kept data that was last served on another port: the set still knows the old one.
    const members = [{ ...config.members[0], host }];
    await run({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true });
  }
  return false;
}

interface ReplicaSetConfig {
  readonly version: number;
  readonly members: readonly { readonly host: string }[];
}

async function currentConfig(run: RunCommand): Promise<ReplicaSetConfig | undefined> {
  try {
    return (await run({ replSetGetConfig: 1 }))['config'] as ReplicaSetConfig;
  } catch (error) {
    if ((error as { code?: unknown }).code === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
}
