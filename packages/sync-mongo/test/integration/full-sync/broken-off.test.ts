import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { createFaultProxy, type FaultProxy, waitFor } from '@bomba/sync-testkit';
import { type Collection, type Document } from 'mongodb';
import { backUp, type Backup, restore } from '../slice/backup.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const COUNT = 8_000;
const PAGE = 500;
/** So slow a line lets few pages through between two looks. */
const DELAY_MS = 20;

let world: TwoBranches;
let link: FaultProxy;
let a: BranchProcess;
let items: Collection;
const throughLink = (): { readonly uri: string } => ({
  uri: link.uri(new URL(world.databases.atlas.uri).pathname.slice(1)),
});

beforeEach(async () => {
  world = await startTwoBranches();
  items = world.atlas.collection('items');
  link = await createFaultProxy({ targetPort: world.databases.atlas.port });
  a = await world.a.open({ atlas: throughLink() });
});
afterEach(async () => {
  await link.close();
  await world.stop();
});

interface Run extends Document {
  readonly place: { readonly collection: string; readonly next: { readonly after: string } | null } | null;
}
const newestRun = (): Promise<Run | null> =>
  world.a.local.collection<Run>('_sync_metadata').findOne({ kind: 'full-sync' }, { sort: { seq: -1 } });

/** Equal documents on both sides. */
async function fill(): Promise<void> {
  const documents = Array.from({ length: COUNT }, (_, n) => ({ _id: n as never, name: `item ${n}` }));
  for (const db of [world.atlas, world.a.local]) await db.collection('items').insertMany(documents);
}

/** How far the comparison of items has come, as a process that takes it up would find it. */
async function reached(): Promise<number> {
  const run = await newestRun();
  const { collection, next = null } = run?.place ?? {};
  if (collection !== 'items' || !next) return 0;
  return Number(/\d+/.exec(next.after.split('/').at(-1) ?? '')?.[0]);
}

/** Cuts the line once the comparison has come further than that; answers how far. */
async function cutBehind(before: number): Promise<number> {
  link.delay(DELAY_MS);
  await waitFor(async () => (await reached()) > before, {
    what: `more than ${before} to be compared`,
    everyMs: 5,
    timeoutMs: 30_000,
  });
  await link.cut();
  await waitFor(() => a.sync.status().atlas !== 'connected', {
    what: 'the cut to be noticed',
    timeoutMs: 30_000,
  });
  return reached();
}

describe('a branch whose line is cut again and again while it meets Atlas for the first time', () => {
  it('goes on from where it was, and has what was written behind that place meanwhile, on either side', async () => {
    await fill();
    // A start waits for its first comparison a while: a quick machine is done before it answers.
    const [first] = await Promise.all([cutBehind(0), a.sync.start()]);
    expect(first).toBeLessThan(COUNT - 1_000);
    await items.updateOne({ _id: 3 as never }, { $set: { name: 'edited by hand on Atlas' } });
    await items.deleteOne({ _id: 4 as never });
    await a.Item.collection.updateOne({ _id: 5 as never }, { $set: { name: 'edited past capture' } });
    await items.insertOne({ _id: -1 as never, name: 'inserted before all others' });
    await link.heal();
    const second = await cutBehind(first);
    await a.end();
    const again = await world.a.open();
    await again.sync.start();
    await waitFor(() => again.sync.status().pushOpen, { what: 'all to be compared', timeoutMs: 60_000 });
    await again.sync.idle();

    const [run, ...others] = await again.sync.fullSyncs.list();
    expect(others).toEqual([]);
    expect(run?.state).toBe('completed');
    const compared = run?.collections.find(({ collection }) => collection === 'items')?.comparedCount;
    expect(second).toBeGreaterThan(first);
    expect(compared).toBeGreaterThanOrEqual(COUNT - 1);
    expect(compared).toBeLessThan(COUNT + PAGE);
    const local = world.a.local.collection('items');
    const nameOf = async (_id: number) => (await local.findOne({ _id: _id as never }))?.['name'] as unknown;
    await waitFor(async () => (await nameOf(4)) === undefined, { what: 'the deletion on Atlas' });
    expect(await nameOf(3)).toBe('edited by hand on Atlas');
    expect(await nameOf(-1)).toBe('inserted before all others');
    await waitFor(
      async () => (await items.findOne({ _id: 5 as never }))?.['name'] === 'edited past capture',
      { what: 'the edit on Local' },
    );
    const check = await again.sync.fullSync({ collections: ['items'], dryRun: true });
    expect(check.collections[0]).toMatchObject({ comparedCount: COUNT, differentCount: 0 });
  }, 120_000);
});

/** Every hundredth: what the branch has changed since the backup. */
const changed = Array.from({ length: COUNT / 100 }, (_, n) => `item ${n * 100}`);
const isChosen = { name: 'changed since the backup' };

/** Has the branch change documents of which Atlas loses all that by being restored; it waits for a choice then. */
async function loseOnAtlas(): Promise<Backup> {
  await fill();
  await a.sync.start();
  await a.sync.idle();
  const backup = await backUp(world.atlas);
  await a.Item.updateMany({ name: { $in: changed } }, { $set: isChosen });
  await a.sync.idle();
  await a.end();
  a = await world.a.open({ atlas: throughLink() });
  await a.sync.start();
  await a.sync.idle();
  await a.end();
  await restore(world.atlas, backup);
  a = await world.a.open({ atlas: throughLink() });
  await a.sync.start();
  await waitFor(() => a.sync.status().lastError?.code === 'SYNC_ATLAS_RESTORED', { what: 'the restore' });
  return backup;
}

/** Chooses Local, without waiting for that to be carried out. */
function choose(): Promise<unknown> {
  return a.sync.resync({ prefer: 'local' }).catch((error: unknown) => error);
}

function comparedItems(report: FullSyncReport | undefined): number | undefined {
  return report?.collections.find(({ collection }) => collection === 'items')?.comparedCount;
}

/** All that was chosen is on Atlas, and both sides are the same. */
async function expectChosen(): Promise<void> {
  await a.sync.idle();
  expect(await items.countDocuments(isChosen)).toBe(changed.length);
  const check = await a.sync.fullSync({ collections: ['items'], dryRun: true });
  expect(check.collections[0]).toMatchObject({ differentCount: 0 });
}

describe('a branch whose line is cut while it carries out a choice after Atlas was restored', () => {
  it('goes on from where it was, in another process too, and has what was written behind that place meanwhile', async () => {
    await loseOnAtlas();
    const choosing = choose();
    const first = await cutBehind(0);
    expect(first).toBeLessThan(COUNT - 1_000);
    await items.updateOne({ _id: 3 as never }, { $set: { name: 'edited by hand on Atlas' } });
    await items.deleteOne({ _id: 4 as never });
    await a.Item.updateOne({ name: 'item 5' }, { name: 'sold meanwhile' });
    await link.heal();
    const second = await cutBehind(first);
    expect(second).toBeLessThan(COUNT - 500);
    await a.end();
    await choosing; // the choice is durable, whoever waits for it
    a = await world.a.open();
    const reports: FullSyncReport[] = [];
    a.sync.on('fullSync', (report) => reports.push(report));
    await a.sync.start();
    await waitFor(() => a.sync.status().pushOpen, { what: 'it to be carried out', timeoutMs: 60_000 });

    const last = reports.at(-1);
    expect(last?.state).toBe('completed');
    expect(comparedItems(reports[0])).toBeGreaterThan(second);
    expect(comparedItems(last)).toBeGreaterThanOrEqual(COUNT - 1);
    expect(comparedItems(last)).toBeLessThan(COUNT + PAGE);
    const local = world.a.local.collection('items');
    await waitFor(async () => (await local.findOne({ _id: 4 as never })) === null, {
      what: 'the deletion on Atlas',
    });
    expect(await local.findOne({ _id: 3 as never })).toMatchObject({ name: 'edited by hand on Atlas' });
    await expectChosen();
    expect(await items.findOne({ _id: 5 as never })).toMatchObject({ name: 'sold meanwhile' });
  }, 120_000);

  it('begins anew where Atlas is restored once more under a connection that outlives that', async () => {
    const backup = await loseOnAtlas();
    const choosing = choose();
    link.delay(DELAY_MS);
    await waitFor(async () => (await reached()) > 0, { what: 'some to be compared', everyMs: 5 });
    await restore(world.atlas, backup);
    await link.heal();
    expect(await choosing).toMatchObject({ state: 'completed', error: null });
    await expectChosen();
  }, 120_000);

  it('begins anew where Atlas was restored once more', async () => {
    const backup = await loseOnAtlas();
    const choosing = choose();
    await cutBehind(0);
    await restore(world.atlas, backup);
    await link.heal();
    expect(await choosing).toMatchObject({ state: 'completed', error: null });
    await expectChosen();
  }, 120_000);
});
