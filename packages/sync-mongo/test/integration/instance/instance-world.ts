import { randomBytes } from 'node:crypto';
import { startDatabases } from '@bomba/sync-testkit';
import { type Db, MongoClient } from 'mongodb';
import { InstanceStore } from '../../../src/instance/instance-store.js';

/** Local and Atlas as two databases of one server. */
export interface InstanceWorld {
  readonly local: Db;
  readonly atlas: Db;
  /** Empties both, and takes up anew what Local notes of its instance. */
  empty(): Promise<InstanceStore>;
  stop(): Promise<void>;
}

/** Starts the server. */
export async function openInstanceWorld(): Promise<InstanceWorld> {
  const databases = await startDatabases({ branches: 1, atlas: false });
  const client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  const [local, atlas] = [client.db('local_side'), client.db('atlas_side')];
  return {
    local,
    atlas,
    empty: async () => {
      for (const db of [local, atlas]) await db.dropDatabase();
      return new InstanceStore(local, { bytes: (count) => randomBytes(count), fraction: () => 0.5 });
    },
    stop: async () => {
      await client.close();
      await databases.stop();
    },
  };
}
