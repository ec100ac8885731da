import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Document } from 'mongodb';
import { checkInstance } from '../../../src/instance/check-instance.js';
import { InstanceBeat } from '../../../src/instance/instance-beat.js';
import { type InstanceStore } from '../../../src/instance/instance-store.js';
import { type InstanceWorld, openInstanceWorld } from './instance-world.js';

const MINUTE_MS = 60_000;

let world: InstanceWorld;
let instances: InstanceStore;
let beat: InstanceBeat;
let nowMs: number;

beforeAll(async () => {
  world = await openInstanceWorld();
});
beforeEach(async () => {
  instances = await world.empty();
  const { atlas } = world;
  const { instanceId } = await checkInstance(instances, atlas);
  nowMs = 0;
  beat = new InstanceBeat({ instances, atlas, instanceId, clock: { monotonic: () => nowMs } });
});
afterAll(() => world.stop());

const counters = (): Promise<Document[]> => world.atlas.collection('_sync_instances').find({}).toArray();

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
    await world.atlas.collection('_sync_instances').deleteMany({});
    await world.atlas.collection('_sync_instances').insertMany(backup);
    expect(await checkInstance(instances, world.atlas)).toMatchObject({ verdict: 'atlas-restored' });
  });

  it('ends the connection where Atlas was replaced under it', async () => {
    await beatAfter(MINUTE_MS);
    await world.atlas.collection('_sync_instances').deleteMany({});
    await expect(beatAfter(MINUTE_MS)).rejects.toMatchObject({ code: 'SYNC_STREAM_INTERRUPTED' });
  });

  it('ends the connection where Local was replaced under it', async () => {
    await instances.rename();
    await expect(beatAfter(MINUTE_MS)).rejects.toMatchObject({ code: 'SYNC_STREAM_INTERRUPTED' });
  });
});
