import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type Document } from 'mongodb';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches(['items'], { topology: 'standalone' });
  [a, b] = [await world.a.open(), await world.b.open()];
  for (const { sync } of [a, b]) await sync.start();
});
afterAll(async () => world.stop());

async function rest(): Promise<void> {
  for (const { sync } of [a, b]) await sync.idle();
  await world.equal();
}

describe('what is written past capture to a Local that has no change streams', () => {
  it('is found by the next comparison, by its digest, and arrives everywhere', async () => {
    const [edited, untouched] = await a.Item.insertMany([{ name: 'edited' }, { name: 'untouched' }]);
    await rest();
    const past = world.a.local.collection('items');
    await past.updateOne({ _id: edited?._id } as Document, { $set: { name: 'edited past capture' } });
    const { insertedId } = await past.insertOne({ name: 'inserted past capture' });
    await a.sync.fullSync();
    await waitFor(() => b.Item.exists({ _id: insertedId }), { what: 'the insert' });
    await rest();
    expect(await b.Item.findById(edited?._id).lean()).toMatchObject({ name: 'edited past capture' });
    expect(await b.Item.findById(untouched?._id).lean()).toMatchObject({ name: 'untouched' });
  });

  it('is undone by the next comparison where it is a deletion, as nobody can tell it from a loss', async () => {
    const item = await a.Item.create({ name: 'deleted past capture' });
    await rest();
    await world.a.local.collection('items').deleteOne({ _id: item._id });
    await a.sync.fullSync();
    await rest();
    expect(await a.Item.exists({ _id: item._id })).not.toBeNull();
  });
});
