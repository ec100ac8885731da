import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { Lease } from '../../../src/lease/lease.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;
let second: BranchProcess;

/** Every process of a branch believes that it holds the lease: two engines work on one Local at once. */
beforeAll(async () => {
  jest.spyOn(Lease.prototype, 'tryHold').mockResolvedValue({ held: true, epoch: 1 });
  world = await startTwoBranches();
  [a, b, second] = [await world.a.open(), await world.b.open(), await world.b.open()];
  for (const { sync } of [a, b, second]) await sync.start();
});
afterAll(async () => {
  await world.stop();
  jest.restoreAllMocks();
});

async function rest(): Promise<void> {
  for (const { sync } of [a, b, second]) await sync.idle();
  await world.equal();
  await world.equal('_sync_conflicts');
}

describe('two engines of one branch at once', () => {
  it('do no harm: everything that both sides write arrives once', async () => {
    expect([b, second].map(({ sync }) => sync.status().leader)).toEqual([true, true]);
    const items = await a.Item.insertMany(Array.from({ length: 100 }, (_, n) => ({ name: 'of a', n })));
    await rest();
    const writers = [a, b, second];
    await Promise.all(
      items.map(({ _id }, i) => {
        const { Item } = writers[i % 3] ?? a;
        return i % 7 === 0
          ? Item.deleteOne({ _id })
          : Item.updateOne({ _id }, { name: 'edited', $inc: { n: 1 } });
      }),
    );
    await second.Item.insertMany(Array.from({ length: 50 }, (_, n) => ({ name: 'of b', n })));
    await rest();
    const left = items.filter((_, i) => i % 7 !== 0);
    for (const { Item } of [a, b]) {
      expect(await Item.countDocuments({ name: 'edited', _id: { $in: left } })).toBe(left.length);
      expect(await Item.countDocuments({ name: 'of b' })).toBe(50);
      expect(await Item.countDocuments()).toBe(left.length + 50);
    }
    expect(await a.sync.conflicts.list()).toEqual([]);
  });

  it('settle a conflict once, and keep what lost once', async () => {
    const item = await a.Item.create({ name: 'contested' });
    await rest();
    await world.databases.atlas.stop();
    await a.Item.updateOne({ _id: item._id }, { name: 'earlier' });
    const now = Date.now();
    await waitFor(() => Date.now() > now, { what: 'the next millisecond', everyMs: 1 });
    await b.Item.updateOne({ _id: item._id }, { name: 'later' });
    await world.databases.atlas.start();
    await rest();
    for (const { Item } of [a, b])
      expect(await Item.findById(item._id).lean()).toMatchObject({ name: 'later' });
    expect(await a.sync.conflicts.list()).toHaveLength(1);
  });
});
