import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isSpreadStamp } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { type Document } from 'mongodb';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { fromBinary } from '../../../src/bson/stamp-binary.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

let world: TwoBranches;
let here: BranchProcess;
let there: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [here, there] = [await world.a.open(), await world.b.open()];
  for (const { sync } of [here, there]) await sync.start();
});
afterAll(() => world.stop());

const names = async ({ Item }: BranchProcess): Promise<readonly unknown[]> =>
  (await Item.find().sort({ n: 1 }).lean()).map(({ name, n }) => [name, n]);

describe('what an aggregation of one branch writes', () => {
  it('arrives in the other, merged, replaced and removed, without a conflict', async () => {
    const items = await here.Item.insertMany([1, 2, 3, 4].map((n) => ({ name: `old ${n}`, n })));
    await here.sync.idle();
    await world.equal();

    await here.Item.aggregate([
      { $match: { n: { $lte: 2 } } },
      { $set: { name: 'merged' } },
      { $merge: { into: 'items' } },
    ]);
    await here.sync.idle();
    await world.equal();
    expect((await names(there)).slice(0, 3)).toEqual([
      ['merged', 1],
      ['merged', 2],
      ['old 3', 3],
    ]);

    await there.sync.idle();
    await here.Item.aggregate([
      { $match: { n: { $gte: 3 } } },
      { $set: { name: 'kept' } },
      { $out: 'items' },
    ]);
    await here.sync.idle();
    await waitFor(async () => (await there.Item.countDocuments()) === 2, { what: 'the deletions to arrive' });
    await world.equal();
    expect(await names(there)).toEqual([
      ['kept', 3],
      ['kept', 4],
    ]);
    const tombstones = await world.atlas.collection('_sync_tombstones').find().toArray();
    const deleted = items.slice(0, 2).map(({ _id }) => documentKeyOf('items', _id));
    expect(tombstones.map(({ _id }) => String(_id)).sort()).toEqual([...deleted].sort());
    expect([...here.events, ...there.events]).toEqual([]);
  });

  it('goes under ids that no two writes share', async () => {
    await here.sync.stop();
    await here.Item.aggregate([{ $set: { name: 'again' } }, { $merge: { into: 'items' } }]);
    const stamps = (documents: readonly Document[], field: string): unknown[] =>
      documents.map(({ _syncMeta }) => fromBinary((_syncMeta as Document)[field]));
    const marked = stamps(await world.a.local.collection('items').find().toArray(), 'dirty');
    expect(new Set(marked).size).toBe(1);
    await here.sync.start();
    await here.sync.idle();
    const pushed = stamps(await world.atlas.collection('items').find().toArray(), 'stamp');
    expect(new Set(pushed).size).toBe(2);
    expect(pushed.some((stamp) => isSpreadStamp(stamp as never))).toBe(false);
  });
});
