import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { type Db, type Document, MongoClient } from 'mongodb';
import { checkInstance } from '../../../src/instance/check-instance.js';
import { InstanceBeat } from '../../../src/instance/instance-beat.js';
import { InstanceStore } from '../../../src/instance/instance-store.js';

const MINUTE_MS = 60_000;

let databases: BranchDatabases;
let client: MongoClient;
let local: Db;
let atlas: Db;
let instances: InstanceStore;
let beat: InstanceBeat;
let nowMs: number;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  [local, atlas] = [client.db('local_side'), client.db('atlas_side')];
});
beforeEach(async () => {
  for (const db of [local, atlas]) await db.dropDatabase();
  instances = new InstanceStore(local, { bytes: (count) => randomBytes(count), fraction: () => 0.5 });
  const { instanceId } = await checkInstance(instances, atlas);
  nowMs = 0;
  beat = new InstanceBeat({ instances, atlas, instanceId, clock: { monotonic: () => nowMs } });
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

const counters = (): Promise<Document[]> => atlas.collection('_sync_instances').find({}).toArray();

async function beatAfter(ms: number): Promise<void> {
  nowMs += ms;
  await beat.beat();
}

describe('the count of an instance while a connection lasts', () => {
  it('goes on once a minute, on both sides', async () => {
    await beatAfter(MINUTE_MS - 1);
    expect(await counters()).toMatchObject([{ counter: 1 }]);
    await beatAfter(1);
    await beatAfter(1);
    expect(await counters()).toMatchObject([{ counter: 2 }]);
    expect(await instances.load()).toMatchObject({ seen: 2, next: 2 });
  });

  it('lets a backup of Atlas be told from Atlas that was taken while the connection lasted', async () => {
    const backup = await counters();
    await beatAfter(MINUTE_MS);
    await atlas.collection('_sync_instances').deleteMany({});
    await atlas.collection('_sync_instances').insertMany(backup);
    expect(await checkInstance(instances, atlas)).toMatchObject({ verdict: 'atlas-restored' });
  });

  it('ends the connection where Atlas was replaced under it', async () => {
    await beatAfter(MINUTE_MS);
    await atlas.collection('_sync_instances').deleteMany({});
    await expect(beatAfter(MINUTE_MS)).rejects.toMatchObject({ code: 'SYNC_STREAM_INTERRUPTED' });
  });

  it('ends the connection where Local was replaced under it', async () => {
    await instances.rename();
    await expect(beatAfter(MINUTE_MS)).rejects.toMatchObject({ code: 'SYNC_STREAM_INTERRUPTED' });
  });
});
