import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

const MIB = 1024 * 1024;

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await world.a.open(), await world.b.open()];
  await Promise.all([a.sync.start(), b.sync.start()]);
});
afterAll(async () => world.stop());

async function rest(): Promise<void> {
  for (const { sync } of [a, b]) await sync.idle();
  await world.equal();
}

describe('a document near the limit of 16 MB', () => {
  it('travels from one branch to the other, though no event of the stream can carry it', async () => {
    const item = await a.Item.create({ name: 'x'.repeat(15 * MIB) });
    await a.Item.create({ name: 'small' });
    await rest();
    expect((await b.Item.findById(item._id).lean())?.name).toHaveLength(15 * MIB);
    await b.Item.updateOne({ _id: item._id }, { name: 'y'.repeat(14 * MIB) });
    await rest();
    expect((await a.Item.findById(item._id).lean())?.name).toHaveLength(14 * MIB);
  });

  it('is found where a foreign hand wrote it to Local', async () => {
    const { insertedId } = await world.a.local.collection('items').insertOne({ name: 'w'.repeat(15 * MIB) });
    await waitFor(() => b.Item.exists({ _id: insertedId }), { what: 'the document on the other branch' });
    await rest();
  });

  it('is found where a foreign hand made it so on Atlas', async () => {
    const item = await a.Item.create({ name: 'small' });
    await rest();
    await world.atlas
      .collection('items')
      .updateOne({ _id: item._id }, { $set: { name: 'z'.repeat(13 * MIB) } });
    await rest();
    for (const { Item } of [a, b])
      expect((await Item.findById(item._id).lean())?.name).toHaveLength(13 * MIB);
  });
});
