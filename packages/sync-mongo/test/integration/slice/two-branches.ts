import { type SyncEventName } from '@bomba/sync-core';
import { type Databases, startDatabases, type Topology, waitFor } from '@bomba/sync-testkit';
import { type Db, MongoClient } from 'mongodb';
import { type Model, Mongoose } from 'mongoose';
import { createSync, type Sync, type SyncOptions } from '../../../src/index.js';
import { storedBytes } from './stored-bytes.js';

/** What the tests' model holds. */
export interface Item {
  name?: string;
  n?: number;
  tags?: string[];
}

/** One process of a branch: a Mongoose of its own with sync, as an application has it. */
export interface BranchProcess {
  readonly mongoose: Mongoose;
  readonly sync: Sync;
  readonly Item: Model<Item>;
  /** Names of the events so far. */
  readonly events: readonly SyncEventName[];
  /** Ends the process in good order. */
  end(): Promise<void>;
}

/** A branch: its Local, past capture, and the processes started on it. */
export interface Branch {
  readonly name: string;
  readonly local: Db;
  /** Starts a process; sync is attached, not started. */
  open(options?: Partial<SyncOptions>): Promise<BranchProcess>;
}

/** Two branches and Atlas. */
export interface TwoBranches {
  readonly databases: Databases;
  readonly a: Branch;
  readonly b: Branch;
  /** Atlas, past bomba-sync. */
  readonly atlas: Db;
  /** Waits until all three hold the same documents, byte for byte. */
  equal(collection?: string): Promise<void>;
  stop(): Promise<void>;
}

/** Impatient: what takes seconds in production takes a fraction of one here. */
const impatient = {
  queue: { scanIntervalMs: 200 },
  retry: { baseMs: 50, maxMs: 500 },
  tombstones: { foreignDeleteGraceMs: 300 },
  lease: { durationMs: 2_000 },
  changeStream: { reconnectIntervalMs: 50 },
} as const satisfies Partial<SyncOptions>;
const atlasClient = { serverSelectionTimeoutMS: 1_000, heartbeatFrequencyMS: 500 } as const;

/** Starts the databases of two branches and Atlas, ready for the collections named. */
export async function startTwoBranches(
  collections: readonly string[] = ['items'],
  {
    topology = 'replicaSet',
    secondOpinion = false,
  }: { readonly topology?: Topology; readonly secondOpinion?: boolean } = {},
): Promise<TwoBranches> {
  const databases = await startDatabases({ branches: ['a', 'b'], topology, secondOpinion });
  const [a, b] = databases.branches;
  if (!a || !b) throw new Error('two branches were asked for');
  for (const server of [a, b, databases.atlas]) await server.provision([...collections, '_sync_conflicts']);
  const clients = [a, b, databases.atlas].map(({ uri }) => new MongoClient(uri, atlasClient));
  const [localA, localB, atlas] = clients.map((client) => client.db());
  if (!localA || !localB || !atlas) throw new Error('three clients were made');
  const processes = new Set<BranchProcess>();
  const branch = (name: string, uri: string, local: Db): Branch => ({
    name,
    local,
    open: async (options) => {
      const opened = await openProcess({ uri, atlasUri: databases.atlas.uri, options: options ?? {} });
      processes.add(opened);
      return opened;
    },
  });
  return {
    databases,
    a: branch('a', a.uri, localA),
    b: branch('b', b.uri, localB),
    atlas,
    equal: (collection = 'items') => waitUntilEqual([localA, localB, atlas], collection),
    stop: async () => {
      const ended = [...processes];
      await Promise.all(ended.map((process) => process.end()));
      const audited = ended.filter(({ sync }) => sync.status().state !== 'disabled');
      const unmatched = audited.map(({ sync }) => sync.status().unmatchedWriteCount);
      await Promise.all(clients.map((client) => client.close()));
      await databases.stop();
      if (unmatched.some((count) => count !== 0))
        throw new Error(`writes went past capture: ${unmatched.join()}`);
    },
  };
}

async function openProcess(at: {
  readonly uri: string;
  readonly atlasUri: string;
  readonly options: Partial<SyncOptions>;
}): Promise<BranchProcess> {
  const mongoose = new Mongoose();
  const schema = new mongoose.Schema<Item>({
    name: String,
    n: Number,
    tags: { type: [String], default: undefined },
  });
  const atlas = { uri: at.atlasUri, client: atlasClient };
  const sync = createSync({ mongoose, atlas, audit: true, ...impatient, ...at.options });
  const events: SyncEventName[] = [];
  for (const name of ['conflict', 'quarantined'] as const) sync.on(name, () => events.push(name));
  const Item = mongoose.model<Item>('Item', schema);
  await mongoose.connect(at.uri, { monitorCommands: true });
  let ending: Promise<void> | null = null;
  const end = async (): Promise<void> => {
    await sync.stop();
    await mongoose.disconnect();
  };
  return { mongoose, sync, Item, events, end: () => (ending ??= end()) };
}

async function waitUntilEqual(sides: readonly Db[], collection: string): Promise<void> {
  await waitFor(
    async () => {
      const [first, ...others] = await Promise.all(sides.map((db) => storedBytes(db, collection)));
      return others.every((other) => JSON.stringify(other) === JSON.stringify(first));
    },
    { what: `${collection} to be equal on all sides`, timeoutMs: 20_000, everyMs: 50 },
  );
}
