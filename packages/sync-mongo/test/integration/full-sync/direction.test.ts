import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Direction } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
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

/** What the engine writes while it runs, whatever it is asked. */
const bookkeeping: readonly string[] = ['_sync_metadata', '_sync_instances'];

/** Every byte that a side stores, but for that. */
async function stored(db: Db): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const names = (await db.listCollections().toArray()).map(({ name }) => name).sort();
  const bytes = names
    .filter((name) => !bookkeeping.includes(name))
    .map(async (name) => [
      name,
      await db.collection(name).find({}, { raw: true }).sort({ _id: 1 }).toArray(),
    ]);
  return Object.fromEntries(await Promise.all(bytes)) as Record<string, readonly unknown[]>;
}

describe('a full sync of two sides of which each lacks something', () => {
  it('tells of both in a dry run, and changes no byte of either side, nor writes on Atlas', async () => {
    const everything = (): Promise<unknown> => Promise.all([world.a.local, world.atlas].map(stored));
    const onAtlas: string[] = [];
    const stream = world.atlas.watch();
    stream.on('change', (event) => 'ns' in event && 'coll' in event.ns && onAtlas.push(event.ns.coll));
    const marked = async (): Promise<boolean> => {
      await world.atlas.collection('markers').insertOne({});
      return onAtlas.includes('markers');
    };
    await waitFor(marked, { what: 'the stream to be open' });
    const before = await everything();
    onAtlas.splice(0);
    const report = await a.sync.fullSync({ collections: ['items'], dryRun: true });
    expect(report.collections).toMatchObject([{ differentCount: 2, repairedCount: 0 }]);
    expect(report.collections[0]?.paused ?? false).toBe(false);
    expect(await everything()).toEqual(before);
    await waitFor(marked, { what: 'the end of the stream' });
    await stream.close();
    expect(onAtlas.filter((name) => name !== 'markers' && !bookkeeping.includes(name))).toEqual([]);
  });

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
