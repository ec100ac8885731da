import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Direction } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

let world: TwoBranches;
let a: BranchProcess;

/** Where no stream shows what a foreign hand does to Local: only a full sync finds it. */
beforeEach(async () => {
  world = await startTwoBranches(['items'], { topology: 'standalone' });
  a = await world.a.open();
  await a.sync.start();
  await a.Item.create([{ name: 'edited' }, { name: 'removed' }, { name: 'same' }]);
  await a.sync.idle();
  const local = world.a.local.collection('items');
  await local.updateOne({ name: 'edited' }, { $set: { name: 'edited here' } });
  await local.deleteOne({ name: 'removed' });
});
afterEach(async () => world.stop());

async function namesOn(db: Db): Promise<readonly unknown[]> {
  const found = await db.collection('items').find().sort({ name: 1 }).toArray();
  return found.map(({ name }) => name as unknown);
}

const edited = ['edited here', 'removed', 'same'];

describe('a full sync of two sides of which each lacks something', () => {
  it.each<[Direction | undefined, { readonly local: readonly string[]; readonly atlas: readonly string[] }]>([
    [undefined, { local: edited, atlas: edited }],
    ['atlas-to-local', { local: edited, atlas: ['edited', 'removed', 'same'] }],
    ['local-to-atlas', { local: ['edited here', 'same'], atlas: edited }],
  ])(
    'with the direction %s brings over what goes that way, and tells of both',
    async (direction, expected) => {
      const report = await a.sync.fullSync({ collections: ['items'], ...(direction && { direction }) });
      expect(report.collections).toMatchObject([
        { differentCount: 2, repairedCount: direction ? 1 : 2, kinds: { differs: 1, 'missing-on-local': 1 } },
      ]);
      expect({ local: await namesOn(world.a.local), atlas: await namesOn(world.atlas) }).toEqual(expected);
    },
  );
});
