import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { Mongoose, Schema, type Types } from 'mongoose';
import { createSync, type Sync } from '../../../src/index.js';
import { storedBytes } from '../slice/stored-bytes.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

interface Order {
  number: string;
  status?: string;
}
interface Shop extends Pick<BranchProcess, 'sync'> {
  readonly Orders: ReturnType<typeof compile>;
}

let world: TwoBranches;
let a: Shop;
/** Another process of the same branch, which does not run the engine. */
let standby: Sync;
let end: () => Promise<void>;

function compile(mongoose: Mongoose) {
  const schema = new Schema<Order>({ number: String, status: { type: String, enum: ['open', 'paid'] } });
  return mongoose.model<Order>('Order', schema, 'orders');
}

beforeAll(async () => {
  world = await startTwoBranches(['items', 'orders']);
  await world.atlas.collection('orders').createIndexes([{ key: { number: 1 }, unique: true }]);
  const process = await world.a.open();
  a = { sync: process.sync, Orders: compile(process.mongoose) };
  await a.sync.start();
  const mongoose = new Mongoose();
  standby = createSync({ mongoose, atlas: { uri: world.databases.atlas.uri }, audit: false });
  compile(mongoose);
  await mongoose.connect(world.databases.branches[0]?.uri ?? '');
  await standby.start();
  await waitFor(() => standby.status().state === 'standby', { what: 'the second process to stand by' });
  end = async () => {
    await standby.stop();
    await mongoose.disconnect();
  };
});
afterAll(async () => {
  await end();
  await world.stop();
});

async function entryOf(_id: unknown) {
  const find = async () =>
    (await standby.quarantine.list()).find(({ documentId }) => documentId.endsWith(String(_id))) ?? null;
  return waitFor(find, { what: 'the entry' });
}

/** An order that another branch changed into what this branch's model does not accept. */
async function refusedOfAtlas(): Promise<Types.ObjectId> {
  const { _id } = await a.Orders.create({ number: `of Atlas ${Date.now()}`, status: 'open' });
  await a.sync.synced({ collection: 'orders', _id });
  await world.atlas.collection('orders').updateOne({ _id }, { $set: { status: 'on the house' } });
  expect((await entryOf(_id)).code).toBe('SYNC_WRITE_VALIDATION');
  return _id;
}

/** An order whose number another one has on Atlas. */
async function refusedOfLocal(): Promise<Types.ObjectId> {
  await a.Orders.create({ number: 'taken' });
  const { _id } = await a.Orders.create({ number: 'free' });
  await a.sync.synced({ collection: 'orders', _id });
  await a.Orders.updateOne({ _id }, { number: 'taken' });
  expect(await a.sync.synced({ collection: 'orders', _id })).toBe('quarantined');
  return _id;
}

describe('what is discarded from quarantine, by any process of the branch', () => {
  it.each([
    ['the one that runs the engine', () => a.sync],
    ['another one', () => standby],
  ])('leaves both sides equal where Atlas has what the model refuses: %s', async (_, by) => {
    const _id = await refusedOfAtlas();
    const entry = await entryOf(_id);
    await by().quarantine.discard(entry.id);
    expect(await a.Orders.findById(_id).lean()).toMatchObject({ status: 'on the house' });
    expect(await standby.quarantine.get(entry.id)).toBeNull();
    const [here, there] = [
      await storedBytes(world.a.local, 'orders'),
      await storedBytes(world.atlas, 'orders'),
    ];
    expect(here).toEqual(there);
  });

  it("takes Atlas' version in place of a local write that was refused, and keeps that, from another process", async () => {
    const _id = await refusedOfLocal();
    const entry = await entryOf(_id);
    await standby.quarantine.discard(entry.id);
    expect(await a.Orders.findById(_id).lean()).toMatchObject({ number: 'free' });
    const [kept] = await standby.conflicts.list({ collection: 'orders', limit: 1 });
    expect(kept).toMatchObject({ loser: 'local', reason: 'chosen' });
    expect(await standby.quarantine.get(entry.id)).toBeNull();
  });

  it('is refused with a code where no process is connected to Atlas, and the entry stays', async () => {
    const _id = await refusedOfAtlas();
    const entry = await entryOf(_id);
    await world.databases.atlas.stop();
    await waitFor(() => a.sync.status().atlas !== 'connected', { what: 'the connection to break' });
    await expect(a.sync.quarantine.discard(entry.id)).rejects.toMatchObject({
      code: 'SYNC_CONN_UNREACHABLE',
    });
    expect(await standby.quarantine.get(entry.id)).not.toBeNull();
    await world.databases.atlas.start();
  });
});
