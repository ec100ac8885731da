import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await world.a.open(), await world.b.open()];
  await a.sync.start();
  await b.sync.start();
});
beforeEach(async () => {
  await world.databases.atlas.start();
  await a.sync.idle();
});
afterAll(async () => world.stop());

const arrivesAtB = (_id: unknown): Promise<unknown> =>
  waitFor(() => b.Item.exists({ _id }), { what: 'it to arrive' });

describe('synced()', () => {
  it('tells that a write is on Atlas, by a document or by its place', async () => {
    const item = await a.Item.create({ name: 'awaited' });
    expect(await a.sync.synced(item)).toBe('applied');
    expect(await world.atlas.collection('items').findOne({ _id: item._id })).toMatchObject({
      name: 'awaited',
    });
    await a.Item.deleteOne({ _id: item._id });
    expect(await a.sync.synced({ collection: 'items', _id: item._id })).toBe('applied');
    expect(await world.atlas.collection('items').findOne({ _id: item._id })).toBeNull();
  });

  it('tells that a write lost a conflict', async () => {
    const item = await a.Item.create({ name: 'contested' });
    await arrivesAtB(item._id);
    await a.sync.pause({ direction: 'local-to-atlas' });
    await a.Item.updateOne({ _id: item._id }, { name: 'earlier' });
    const now = Date.now();
    await waitFor(() => Date.now() > now, { what: 'the next millisecond', everyMs: 1 });
    await b.Item.updateOne({ _id: item._id }, { name: 'later' });
    expect(await b.sync.synced(item)).toBe('applied');
    const outcome = a.sync.synced(item);
    await a.sync.resume();
    expect(await outcome).toBe('superseded');
    expect(await a.Item.findById(item._id).lean()).toMatchObject({ name: 'later' });
  });

  it('gives up with SYNC_TIMEOUT while Atlas is away, as idle() does', async () => {
    await world.databases.atlas.stop();
    const item = await a.Item.create({ name: 'not yet' });
    await expect(a.sync.synced(item, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'SYNC_TIMEOUT' });
    await expect(a.sync.idle({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'SYNC_TIMEOUT' });
  });
});

describe('idle()', () => {
  it('resolves only once all that was written is on Atlas, and all that is on Atlas is here', async () => {
    const mine = await a.Item.insertMany(Array.from({ length: 200 }, (_, n) => ({ name: 'idle', n })));
    await a.sync.idle();
    const ids = { $in: mine.map(({ _id }) => _id) };
    expect(await world.atlas.collection('items').countDocuments({ _id: ids })).toBe(200);
    await b.sync.idle();
    expect(await b.Item.countDocuments({ _id: ids })).toBe(200);
  });
});

describe('pause() and resume()', () => {
  it('hold back what is written here until resumed', async () => {
    await a.sync.pause({ direction: 'local-to-atlas' });
    expect(a.sync.status().paused).toEqual([{ direction: 'local-to-atlas' }]);
    const item = await a.Item.create({ name: 'paused' });
    const other = await b.Item.create({ name: 'still pulled' });
    await waitFor(() => a.Item.exists({ _id: other._id }), { what: 'pull to go on' });
    expect(await world.atlas.collection('items').findOne({ _id: item._id })).toBeNull();
    await a.sync.resume({ direction: 'local-to-atlas' });
    await arrivesAtB(item._id);
  });

  it('hold back what comes from Atlas until resumed, and nothing of it is lost', async () => {
    await b.sync.pause({ direction: 'atlas-to-local', collection: 'items' });
    const [edited, deleted] = [await a.Item.create({ name: 'one' }), await a.Item.create({ name: 'two' })];
    await a.sync.idle();
    await b.sync.idle();
    expect(await b.Item.exists({ _id: edited._id })).toBeNull();
    await a.Item.updateOne({ _id: edited._id }, { name: 'edited' });
    await a.Item.deleteOne({ _id: deleted._id });
    await a.sync.idle();
    await b.sync.resume();
    await arrivesAtB(edited._id);
    await world.equal();
  });

  it('outlast a restart', async () => {
    await b.sync.pause({ collection: 'items' });
    await b.end();
    b = await world.b.open();
    await b.sync.start();
    expect(b.sync.status().paused).toEqual([{ collection: 'items' }]);
    await b.sync.resume();
    expect(b.sync.status().paused).toEqual([]);
  });
});
