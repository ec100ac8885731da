import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type Document } from 'mongodb';
import { keptStates } from './kept-states.js';
import { storedBytes } from '../slice/stored-bytes.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
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
  await waitFor(() => b.sync.status().pushOpen, { what: 'push to open' });
}

const atlasItem = (_id: unknown) => world.atlas.collection('items').findOne({ _id } as Document);

describe.each([
  ['sync is one-way', { bidirectional: false }],
  ['a collection is excluded from pull', { collections: { pullExclude: ['items'] } }],
])('where %s', (_, options) => {
  it('push goes on, what beats it is kept, and Local is changed by nobody but its application', async () => {
    const names = [
      'untouched',
      'edited',
      'deleted',
      'contested',
      'edited here, deleted there',
      'deleted here',
    ];
    const made = await a.Item.create(names.map((name) => ({ name })));
    const [, edited, deleted, contested, resurrected, deletedHere] = made.map(({ _id }) => _id);
    await idle();
    await reopenB(options);
    const before = await storedBytes(world.b.local, 'items');

    await a.Item.updateOne({ _id: edited }, { name: 'edited there' });
    await a.Item.updateMany({ _id: { $in: [contested, deletedHere] } }, { name: 'changed there' });
    await a.Item.deleteMany({ _id: { $in: [deleted, resurrected] } });
    const other = await a.Item.create({ name: 'created there' });
    await world.atlas.collection('items').updateOne({ _id: edited } as Document, { $set: { n: 1 } });
    await idle();
    expect(await storedBytes(world.b.local, 'items')).toEqual(before);

    await b.sync.pause({ direction: 'local-to-atlas' });
    await b.Item.updateMany({ _id: { $in: [contested, resurrected] } }, { name: 'changed here' });
    await b.Item.deleteOne({ _id: deletedHere });
    const mine = await b.Item.create({ name: 'created here' });
    const written = await storedBytes(world.b.local, 'items');
    await b.sync.resume();
    await idle();
    expect(await storedBytes(world.b.local, 'items')).toEqual(written);
    for (const _id of [contested, resurrected])
      expect(await atlasItem(_id)).toMatchObject({ name: 'changed here' });
    expect(await atlasItem(deletedHere)).toBeNull();
    expect(await atlasItem(mine._id)).toMatchObject({ name: 'created here' });
    const kept = await keptStates(b);
    expect(kept.filter((state) => (state as Document)['name'] === 'changed there')).toHaveLength(2);

    await reopenB();
    await idle();
    await world.equal();
    expect(await b.Item.findById(edited).lean()).toMatchObject({ name: 'edited there', n: 1 });
    expect(await b.Item.exists({ _id: deleted })).toBeNull();
    expect(await b.Item.exists({ _id: other._id })).not.toBeNull();
    expect(await a.Item.findById(contested).lean()).toMatchObject({ name: 'changed here' });
    await Promise.all([a.Item.deleteMany({}), world.atlas.collection('_sync_conflicts').deleteMany({})]);
    // A hand's deletion without a tombstone is believed after a while, for which nobody who is idle waits.
    await waitFor(async () => (await keptStates(b)).length === 0, { what: 'the kept states to be gone' });
  });
});
