import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let a: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  a = await world.a.open();
  await a.sync.start();
});
afterAll(async () => world.stop());

const isPaused = (): boolean => a.sync.status().paused.some(({ collection }) => collection === 'items');

describe('a collection that is renamed onto a synced one on Atlas', () => {
  it('pauses the one that it replaces, and every document of Local is kept', async () => {
    const item = await a.Item.create({ name: 'kept' });
    await a.sync.synced(item);
    await world.atlas.collection('elsewhere').insertOne({ name: 'an intruder' });
    await world.atlas.renameCollection('elsewhere', 'items', { dropTarget: true });
    await waitFor(isPaused, { what: 'the pause' });
    expect(await a.Item.countDocuments()).toBe(1);
    await a.sync.resync({ collections: ['items'], prefer: 'local' });
    await a.sync.idle();
    expect(await world.atlas.collection('items').findOne({ _id: item._id })).toMatchObject({ name: 'kept' });
    await a.Item.deleteMany();
    await a.sync.idle();
  });
});

describe('a database that is dropped on Atlas', () => {
  it('pauses its collections, keeps every document of Local, and the application works on', async () => {
    const item = await a.Item.create({ name: 'kept' });
    await a.sync.synced(item);
    await world.atlas.dropDatabase();
    await waitFor(isPaused, { what: 'the pause of the dropped collection' });
    await a.Item.create({ name: 'written since' });
    expect(await a.Item.countDocuments()).toBe(2);
    expect((await a.sync.health()).status).toBe('degraded');
  });
});
