import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { keptStates } from './kept-states.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

// On a replica set Local's own change stream tells of what was written past capture.
beforeAll(async () => {
  world = await startTwoBranches(['items'], { topology: 'standalone' });
  [a, b] = [await world.a.open(), await world.b.open()];
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => world.stop());

async function idle(): Promise<void> {
  for (const { sync } of [a, b]) await sync.idle();
}

async function reopenB(options: Parameters<typeof world.b.open>[0] = {}): Promise<void> {
  await b.end();
  b = await world.b.open(options);
  await b.sync.start();
}

describe.each([
  ['a collection is excluded', { collections: { exclude: ['items'] } }],
  ['another collection is the only one included', { collections: { include: ['others'] } }],
  ['sync is switched off', { enabled: false }],
])('where %s for a while', (_, options) => {
  it('nothing of it travels, and afterwards both sides have all that either wrote, Atlas there or not', async () => {
    const [here, there, both] = await a.Item.create([{ name: 'here' }, { name: 'there' }, { name: 'both' }]);
    await idle();
    expect(await b.Item.countDocuments()).toBe(await a.Item.countDocuments());

    await b.end();
    await world.databases.atlas.stop();
    await reopenB(options);
    await b.Item.updateOne({ _id: here?._id }, { name: 'edited here' });
    await b.Item.updateOne({ _id: both?._id }, { name: 'edited here too' });
    const created = await b.Item.create({ name: 'created here' });
    await b.end();
    await world.databases.atlas.start();
    await a.Item.updateOne({ _id: there?._id }, { name: 'edited there' });
    await a.Item.updateOne({ _id: both?._id }, { name: 'edited there too' });
    await a.sync.idle();
    expect(await a.Item.exists({ _id: created._id })).toBeNull();

    await reopenB();
    await idle();
    await world.equal();
    expect(await a.Item.findById(here?._id).lean()).toMatchObject({ name: 'edited here' });
    expect(await a.Item.findById(created._id).lean()).toMatchObject({ name: 'created here' });
    expect(await b.Item.findById(there?._id).lean()).toMatchObject({ name: 'edited there' });
    // A write of unknown time has the lowest: what lost is kept.
    expect(await b.Item.findById(both?._id).lean()).toMatchObject({ name: 'edited there too' });
    expect(await keptStates(b)).toContainEqual(expect.objectContaining({ name: 'edited here too' }));
  });
});

describe('a collection that is excluded', () => {
  it('is not synced while Atlas is there either, and what both sides wrote is on both afterwards', async () => {
    const [item] = await a.Item.create([{ name: 'item' }]);
    await idle();
    await reopenB({ collections: { exclude: ['items'] } });
    await waitFor(() => b.sync.status().pushOpen, { what: 'push to open' });
    const { collections } = await b.sync.fullSync();
    expect(collections.map(({ collection }) => collection)).not.toContain('items');
    await expect(b.sync.fullSync({ collections: ['items'] })).rejects.toMatchObject({
      code: 'SYNC_NOT_FOUND',
    });
    const mine = await b.Item.create({ name: 'of the branch that excludes it' });
    await a.Item.updateOne({ _id: item?._id }, { name: 'edited' });
    await idle();
    expect(await b.Item.findById(item?._id).lean()).toMatchObject({ name: 'item' });
    expect(await a.Item.exists({ _id: mine._id })).toBeNull();

    await reopenB();
    await idle();
    await world.equal();
    expect(await a.Item.exists({ _id: mine._id })).not.toBeNull();
  });
});
