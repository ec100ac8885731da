import { createSync, type Sync } from '@bomba/sync-mongo';
import { startDatabases, waitFor } from '@bomba/sync-testkit';
import { type Collection, type Db, MongoClient } from 'mongodb';
import { type Model, Mongoose, Schema } from 'mongoose';
import { type Bill, billFields } from '../capture/bill.js';

/** The collection that is synced, and the one beside it that is written by hand. */
export const SYNCED = 'bills';
export const BY_HAND = 'bills-by-hand';

/** A branch whose Bill is synced. */
export interface Branch {
  readonly Bill: Model<Bill>;
  readonly sync: Sync;
  /** Its Local, past capture. */
  readonly local: Db;
  readonly end: () => Promise<void>;
}

/** Two branches and Atlas, and the hands that write past bomba-sync. */
export interface Arena {
  readonly databases: string;
  readonly atlas: Db;
  readonly a: Branch;
  readonly b: Branch;
  readonly end: () => Promise<void>;
}

/** Starts the databases, and both branches in touch with Atlas. */
export async function openArena(): Promise<Arena> {
  const databases = await startDatabases({ branches: 2 });
  const servers = [...databases.branches, databases.atlas];
  for (const server of servers) await server.provision([SYNCED, BY_HAND, '_sync_conflicts']);
  const clients = await Promise.all(servers.map(({ uri }) => MongoClient.connect(uri)));
  const [localA, localB, atlas] = clients.map((client) => client.db());
  const [serverA, serverB] = databases.branches;
  if (!localA || !localB || !atlas || !serverA || !serverB) throw new Error('three servers were asked for');
  const a = await openBranch(serverA.uri, { atlasUri: databases.atlas.uri, local: localA });
  const b = await openBranch(serverB.uri, { atlasUri: databases.atlas.uri, local: localB });
  return {
    databases: databases.provider,
    ...{ atlas, a, b },
    end: async () => {
      for (const branch of [a, b]) await branch.end();
      await Promise.all(clients.map((client) => client.close()));
      await databases.stop();
    },
  };
}

async function openBranch(
  uri: string,
  { atlasUri, local }: { readonly atlasUri: string; readonly local: Db },
): Promise<Branch> {
  const mongoose = new Mongoose();
  const sync = createSync({ mongoose, atlas: { uri: atlasUri }, logger: silent });
  const schema = new Schema(billFields, { collection: SYNCED, versionKey: false });
  const Bill = mongoose.model('Bill', schema) as unknown as Model<Bill>;
  await mongoose.connect(uri);
  return {
    ...{ Bill, sync, local },
    end: async () => {
      await sync.stop();
      await mongoose.disconnect();
    },
  };
}

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => silent };

/** Starts a branch's sync; resolves once both sides have been compared and push is open. */
export async function begin({ sync }: Branch): Promise<void> {
  await sync.start();
  await waitFor(() => sync.status().pushOpen, { what: 'push to be open', timeoutMs: 3_600_000 });
  await sync.idle({ timeoutMs: 3_600_000 });
}

/** Resolves once so many documents have gone that way, and tells how long that took from now on, in µs. */
export function timeUntilSynced(
  sync: Sync,
  {
    direction,
    count,
    collection = SYNCED,
  }: {
    readonly direction: 'local-to-atlas' | 'atlas-to-local';
    readonly count: number;
    readonly collection?: string;
  },
): Promise<number> {
  const startedMs = performance.now();
  let left = count;
  return new Promise((resolve) => {
    const onSynced = (event: {
      readonly direction: string;
      readonly collection: string;
      readonly count: number;
    }): void => {
      if (event.direction !== direction || event.collection !== collection) return;
      left -= event.count;
      if (left > 0) return;
      sync.off('synced', onSynced);
      resolve((performance.now() - startedMs) * 1000);
    };
    sync.on('synced', onSynced);
  });
}

/** The collection that is written by hand. */
export function byHand(db: Db): Collection {
  return db.collection(BY_HAND);
}
