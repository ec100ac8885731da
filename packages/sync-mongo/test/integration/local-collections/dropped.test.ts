import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { type Mongoose } from 'mongoose';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

/** How an application may take a whole collection away. */
const ways: readonly (readonly [string, (mongoose: Mongoose) => unknown])[] = [
  ['Model.collection.drop()', ({ models }) => models['Item']?.collection.drop()],
  ['connection.dropCollection()', ({ connection }) => connection.dropCollection('items')],
  ['connection.collection().drop()', ({ connection }) => connection.collection('items').drop()],
  ['db.dropCollection() of the driver', ({ connection }) => connection.db?.dropCollection('items')],
  ['drop() of a collection of the driver', ({ connection }) => connection.db?.collection('items').drop()],
  [
    "drop() by the connection's client",
    ({ connection }) => connection.getClient().db().collection('items').drop(),
  ],
  [
    'Model.collection.rename()',
    ({ models }) => models['Item']?.collection.rename('other', { dropTarget: true }),
  ],
  [
    'db.renameCollection()',
    ({ connection }) => connection.db?.renameCollection('items', 'other', { dropTarget: true }),
  ],
  [
    'putting another collection in its place',
    async ({ connection }) => {
      await connection.dropCollection('other').catch(() => undefined);
      await connection.collection('other').insertOne({ name: 'an intruder' });
      await connection.collection('other').rename('items', { dropTarget: true });
    },
  ],
  ['connection.dropDatabase()', ({ connection }) => connection.dropDatabase()],
];

describe.each(['standalone', 'replicaSet'] as const)('a synced collection on Local, a %s', (topology) => {
  let world: TwoBranches;
  let a: BranchProcess;
  beforeAll(async () => {
    world = await startTwoBranches(['items'], { topology });
    a = await world.a.open();
    await a.sync.start();
  });
  afterAll(async () => world.stop());

  const isPaused = ({ sync }: BranchProcess): boolean =>
    sync.status().paused.some(({ collection }) => collection === 'items');
  const shareSome = async (): Promise<number> => {
    const item = await a.Item.create({ name: 'shared' });
    await a.sync.synced(item);
    return world.atlas.collection('items').countDocuments();
  };
  /** One that the engine runs by itself is waited for. */
  const compare = async (): Promise<FullSyncReport> => {
    let report: FullSyncReport | null = null;
    const run = async (): Promise<boolean> => {
      report = await a.sync.fullSync();
      return true;
    };
    await waitFor(run, { what: 'a comparison' });
    return report as unknown as FullSyncReport;
  };
  const chooseAtlas = async (count: number): Promise<void> => {
    await a.sync.resync({ collections: ['items'], prefer: 'atlas' });
    expect(isPaused(a)).toBe(false);
    await a.sync.idle();
    expect(await world.a.local.collection('items').countDocuments()).toBe(count);
  };

  it.each(ways)(
    'is paused before the application drops it by %s, and stays as the application left it until the operator chooses',
    async (_, drop) => {
      const count = await shareSome();
      await drop(a.mongoose);
      expect(isPaused(a)).toBe(true);
      const left = await world.a.local.collection('items').countDocuments();
      const later = await world.atlas.collection('items').insertOne({ name: 'written elsewhere' });
      const report = await compare();
      expect(report.collections).toContainEqual(
        expect.objectContaining({ collection: 'items', paused: true, repairedCount: 0 }),
      );
      expect(await world.a.local.collection('items').countDocuments()).toBe(left);
      expect(await world.atlas.collection('items').countDocuments()).toBe(count + 1);
      await world.atlas.collection('items').deleteOne({ _id: later.insertedId });
      // What was put in its place has never been on Atlas: it is a write like any other.
      await chooseAtlas(count + left);
    },
  );

  it('may be dropped by name where it is none of those that are synced', async () => {
    await a.mongoose.connection.createCollection('unsynced');
    await a.mongoose.connection.dropCollection('unsynced');
    expect(isPaused(a)).toBe(false);
  });

  it('is paused soon where a foreign hand drops it, and does not come back', async () => {
    const count = await shareSome();
    await world.a.local.collection('items').drop();
    await waitFor(() => isPaused(a), { what: 'the pause' });
    await compare();
    expect(await world.a.local.collection('items').countDocuments()).toBe(0);
    expect(await world.atlas.collection('items').countDocuments()).toBe(count);
    await chooseAtlas(count);
  });

  it('is paused by a comparison, where that comes first', async () => {
    const count = await shareSome();
    await world.a.local.collection('items').drop();
    const { collections } = await compare();
    expect(collections).toContainEqual(expect.objectContaining({ collection: 'items', paused: true }));
    expect(await world.a.local.collection('items').countDocuments()).toBe(0);
    await chooseAtlas(count);
  });

  it('is paused with all others where a foreign hand drops the database', async () => {
    const count = await shareSome();
    await world.a.local.dropDatabase();
    await waitFor(() => isPaused(a), { what: 'the pause' });
    expect(await world.a.local.collection('items').countDocuments()).toBe(0);
    await waitFor(() => a.sync.status().state === 'running', { what: 'the engine' });
    await chooseAtlas(count);
  });

  it('is paused at the next start where it was dropped meanwhile', async () => {
    const count = await shareSome();
    await a.end();
    await world.a.local.collection('items').drop();
    a = await world.a.open();
    await a.sync.start();
    expect(isPaused(a)).toBe(true);
    expect(await world.a.local.collection('items').countDocuments()).toBe(0);
    await waitFor(() => a.sync.status().state === 'running', { what: 'the engine' });
    await chooseAtlas(count);
  });

  it('is filled at the first start of a Local that has nothing yet', async () => {
    const count = await shareSome();
    const b = await world.b.open();
    await b.mongoose.connection.dropDatabase();
    await b.sync.start();
    await waitFor(async () => (await b.Item.countDocuments()) === count, { what: 'all documents' });
    expect(isPaused(b)).toBe(false);
    await b.end();
  });
});
