import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Db, type Document } from 'mongodb';
import { startWriting } from '../offline/steady-writer.js';
import { shareDocuments } from './stamped-documents.js';
import { startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const PROGRAM = join(process.cwd(), 'test/integration/fixtures/leading-process.mjs');
const COUNT = 1_000;
const PAGE = 500;
/** So many on both sides without versions, and on either side alone. */
const APART = 400;
const EARLY = new Date('2020-01-01');
const LATE = new Date('2021-01-01');

let world: TwoBranches;
afterEach(async () => world.stop());

/** Documents from before there was any sync: of an old server and of an Atlas that was filled by hand. */
async function fillUnstamped(): Promise<void> {
  const both = (side: string): readonly Document[] => [
    { _id: 'same', name: 'equal' },
    { _id: 'later here', name: side, updatedAt: side === 'local' ? LATE : EARLY },
    { _id: 'later there', name: side, updatedAt: side === 'local' ? EARLY : LATE },
    { _id: 'without time', name: side },
    { _id: `only ${side}`, name: side },
  ];
  await world.a.local.collection('items').insertMany(both('local'));
  await world.atlas.collection('items').insertMany(both('atlas'));
}

async function namesAfterStart(
  firstSync?: 'atlas' | 'local' | 'newest',
): Promise<Readonly<Record<string, unknown>>> {
  world = await startTwoBranches();
  await fillUnstamped();
  const a = await world.a.open(firstSync ? { firstSync } : {});
  await a.sync.start();
  await a.sync.idle();
  const found = await world.atlas.collection('items').find().toArray();
  const here = await world.a.local.collection('items').find().toArray();
  const names = (documents: readonly Document[]) =>
    documents.map(({ _id, name }) => [String(_id), name as unknown]);
  expect(new Map(names(here) as [string, unknown][])).toEqual(new Map(names(found) as [string, unknown][]));
  return Object.fromEntries(names(found)) as Readonly<Record<string, unknown>>;
}

const ALL = { same: 'equal', 'only local': 'local', 'only atlas': 'atlas' };

describe('a branch that meets Atlas for the first time, both filled without versions', () => {
  it.each([
    [undefined, { 'later here': 'local', 'later there': 'atlas', 'without time': 'atlas' }],
    ['newest', { 'later here': 'local', 'later there': 'atlas', 'without time': 'atlas' }],
    ['atlas', { 'later here': 'atlas', 'later there': 'atlas', 'without time': 'atlas' }],
    ['local', { 'later here': 'local', 'later there': 'local', 'without time': 'local' }],
  ] as const)(
    'takes what differs by firstSync %s, keeps every loser, and copies what one side lacks',
    async (choice, expected) => {
      expect(await namesAfterStart(choice)).toEqual({ ...ALL, ...expected });
      const kept = await world.a.local.collection('_sync_conflicts').find().toArray();
      const losers = kept.map(({ documentId, loser }) => [
        String(documentId).replace('str:', ''),
        String(loser),
      ]);
      const wanted = Object.entries(expected).map(([id, winner]) => [
        id,
        winner === 'local' ? 'atlas' : 'local',
      ]);
      expect(losers.toSorted()).toEqual(wanted.toSorted());
    },
  );
});

describe('a collection that was paused since before its first start', () => {
  it.each([
    [undefined, { 'later here': 'local', 'later there': 'atlas', 'without time': 'atlas' }],
    ['atlas', { 'later here': 'atlas', 'later there': 'atlas', 'without time': 'atlas' }],
    ['local', { 'later here': 'local', 'later there': 'local', 'without time': 'local' }],
  ] as const)(
    'meets Atlas by firstSync where it is synced anew, or by the choice of %s',
    async (prefer, expected) => {
      world = await startTwoBranches();
      await fillUnstamped();
      await world.a.local
        .collection('_sync_metadata')
        .insertOne({ _id: 'pauses' as never, scopes: [{ collection: 'items' }] });
      const a = await world.a.open();
      await a.sync.start();
      await waitFor(() => a.sync.status().pushOpen, { what: 'push to open' });
      expect(await world.a.local.collection('items').countDocuments({ _syncMeta: { $exists: true } })).toBe(
        0,
      );
      await a.sync.resync({ collections: ['items'], ...(prefer && { prefer }) });
      await a.sync.idle();
      for (const db of [world.a.local, world.atlas]) {
        const found = await db.collection('items').find().toArray();
        const names = Object.fromEntries(found.map(({ _id, name }) => [String(_id), name as unknown]));
        expect(names).toEqual({ ...ALL, ...expected });
      }
      expect(await world.a.local.collection('_sync_conflicts').countDocuments()).toBe(3);
    },
  );
});

/** Documents without versions: as many on both sides as on either side alone. */
async function fillApart(each: number): Promise<void> {
  const documents = Array.from({ length: 3 * each }, (_, n) => ({
    _id: (n - 3 * each) as never,
    name: `item ${n}`,
  }));
  await world.a.local.collection('items').insertMany(documents.slice(0, 2 * each));
  await world.atlas
    .collection('items')
    .insertMany([...documents.slice(0, each), ...documents.slice(2 * each)]);
}

const contentOf = (db: Db): Promise<readonly Document[]> =>
  db.collection('items').find().sort({ _id: 1 }).toArray();
const withVersion = (db: Db): Promise<number> =>
  db.collection('items').countDocuments({ '_syncMeta.stamp': { $exists: true } });

describe('a collection that is paused when its branch meets Atlas for the first time', () => {
  it('has what differs settled by firstSync once it goes on, over a restart too', async () => {
    world = await startTwoBranches();
    await fillUnstamped();
    const first = await world.a.open({ firstSync: 'local' });
    await first.sync.pause({ collection: 'items' });
    await first.sync.start();
    await waitFor(() => first.sync.status().pushOpen, { what: 'the rest to be compared' });
    await first.end();
    const second = await world.a.open({ firstSync: 'local' });
    await second.sync.start();
    await second.sync.resume();
    await second.sync.idle();
    const names = (await world.atlas.collection('items').find().toArray()).map(({ name }) => name as unknown);
    expect(names.toSorted()).toEqual(['atlas', 'equal', 'local', 'local', 'local', 'local']);
  });
});

describe('a branch that meets Atlas for the first time, when kill -9 ends the process that compares', () => {
  it('goes on where it was, and has everything on both sides under a version in the end', async () => {
    world = await startTwoBranches();
    const total = COUNT + 3 * APART;
    await shareDocuments([world.atlas], 'items', COUNT);
    await fillApart(APART);
    const args = [PROGRAM, world.databases.branches[0]?.uri ?? '', world.databases.atlas.uri];
    const first = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'inherit'] });
    await waitFor(async () => (await withVersion(world.atlas)) > COUNT, {
      what: 'some versions',
      everyMs: 10,
      timeoutMs: 30_000,
    });
    first.kill('SIGKILL');
    expect(await withVersion(world.a.local)).toBeLessThan(total);
    const second = await world.a.open();
    await second.sync.start();
    await waitFor(() => second.sync.status().pushOpen, {
      what: 'the second to have compared',
      timeoutMs: 30_000,
    });
    await second.sync.idle();
    expect([await withVersion(world.a.local), await withVersion(world.atlas)]).toEqual([total, total]);
    expect(await world.a.local.collection('_sync_conflicts').countDocuments()).toBe(0);
    const runs = await second.sync.fullSyncs.list();
    expect(runs.map(({ state }) => state)).toEqual(['completed']);
    const compared = runs[0]?.collections.find(({ collection }) => collection === 'items')?.comparedCount;
    expect(compared).toBeLessThan(total + PAGE);
    const check = await second.sync.fullSync({ collections: ['items'], dryRun: true });
    expect(check.collections[0]).toMatchObject({ comparedCount: total, differentCount: 0 });
  }, 60_000);
});

describe('a new branch that joins an Atlas full of documents with versions', () => {
  it('has them all, killed half-way or not, as Atlas has them by then, and writes nothing there', async () => {
    world = await startTwoBranches();
    await shareDocuments([world.atlas], 'items', 3 * COUNT, { digests: true });
    const b = await world.b.open();
    await b.sync.start();
    const args = [PROGRAM, world.databases.branches[0]?.uri ?? '', world.databases.atlas.uri];
    const first = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'inherit'] });
    const arrived = (): Promise<number> => world.a.local.collection('items').countDocuments();
    await waitFor(async () => (await arrived()) > 0, {
      what: 'some documents',
      everyMs: 5,
      timeoutMs: 30_000,
    });
    first.kill('SIGKILL');
    expect(await arrived()).toBeLessThan(3 * COUNT);
    await b.Item.collection.updateOne({ _id: 0 as never }, { $set: { name: 'edited' } });
    await b.Item.collection.deleteOne({ _id: 1 as never });
    await b.sync.idle();
    const before = await contentOf(world.atlas);
    const second = await world.a.open();
    await second.sync.start();
    await second.sync.idle();
    await world.equal();
    expect(await contentOf(world.atlas)).toEqual(before);
    expect(await arrived()).toBe(3 * COUNT - 1);
    expect(await world.a.local.collection('_sync_conflicts').countDocuments()).toBe(0);
  }, 60_000);
});

describe('two branches that meet Atlas for the first time at once', () => {
  it('end equal with what their applications write from the first moment', async () => {
    world = await startTwoBranches();
    const shared = Array.from({ length: 300 }, (_, n) => ({ name: `shared ${n}`, n }));
    const documents = shared.map((item, n) => ({ _id: n as never, ...item }));
    for (const db of [world.a.local, world.b.local, world.atlas])
      await db.collection('items').insertMany(documents);
    const processes = await Promise.all([world.a.open(), world.b.open()]);
    const writers = processes.map(({ Item }) => startWriting(Item));
    await Promise.all(processes.map(({ sync }) => sync.start()));
    for (const { sync } of processes) await sync.fullSyncs.list();
    for (const writer of writers) await writer.stop();
    for (const { sync } of processes) await sync.idle();
    await world.equal();
    expect(await world.atlas.collection('items').countDocuments()).toBeGreaterThan(300);
    expect(await world.a.local.collection('_sync_conflicts').countDocuments()).toBe(0);
  });
});
