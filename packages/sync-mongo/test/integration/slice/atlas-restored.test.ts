import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { createFaultProxy, type FaultProxy, waitFor } from '@bomba/sync-testkit';
import { type SyncOptions } from '../../../src/index.js';
import { backUp, restore } from './backup.js';
import { isWriteTo } from './is-write-to.js';
import { plainWire } from './plain-wire.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let link: FaultProxy;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  link = await createFaultProxy({ targetPort: world.databases.atlas.port });
});
afterAll(async () => {
  await world.stop();
  await link.close();
});
beforeEach(async () => {
  [a, b] = [await world.a.open(), await world.b.open()];
  await Promise.all([a.sync.start(), b.sync.start()]);
});
afterEach(() => end());

async function end(): Promise<void> {
  await Promise.all([a.end(), b.end()]);
}

async function rest(): Promise<void> {
  for (const { sync } of [a, b]) await sync.idle();
  await world.equal();
  await world.equal('_sync_conflicts');
}

/** Starts both branches again; they find that Atlas is behind, and wait. `options`: of the first one. */
async function startOnRestored(options?: Partial<SyncOptions>): Promise<void> {
  [a, b] = [await world.a.open(options), await world.b.open()];
  await Promise.all([a.sync.start(), b.sync.start()]);
  for (const { sync } of [a, b])
    await waitFor(() => sync.status().lastError?.code === 'SYNC_ATLAS_RESTORED', {
      what: 'the restore to be found',
    });
}

/** Some documents of which a backup of Atlas is taken, then what happened after it, then that backup is put back. */
async function restoreAtlas(): Promise<
  Record<'edited' | 'deleted' | 'created' | 'same', { readonly _id: unknown }>
> {
  const [edited, deleted, same] = await a.Item.create([
    { name: 'first' },
    { name: 'deleted' },
    { name: 'same' },
  ]);
  await rest();
  const backup = await backUp(world.atlas);
  await a.Item.updateOne({ _id: edited?._id }, { name: 'second' });
  const created = await b.Item.create({ name: 'created' });
  await rest();
  await b.Item.updateOne({ _id: edited?._id }, { name: 'third' });
  await b.Item.deleteOne({ _id: deleted?._id });
  await rest();
  await end(); // each connection moves Atlas' count of it on
  [a, b] = [await world.a.open(), await world.b.open()];
  await Promise.all([a.sync.start(), b.sync.start()]);
  await rest();
  await end();
  await restore(world.atlas, backup);
  if (!edited || !deleted || !same) throw new Error('three were created');
  return { edited, deleted, created, same };
}

describe('Atlas restored from a backup', () => {
  it('is left alone, and Local goes on, until somebody chooses', async () => {
    const { edited } = await restoreAtlas();
    await startOnRestored();
    const sold = await a.Item.create({ name: 'sold meanwhile' });
    await expect(a.sync.resync({})).rejects.toMatchObject({ code: 'SYNC_ATLAS_RESTORED' });
    await expect(a.sync.resync({ collections: ['items'], prefer: 'local' })).rejects.toMatchObject({
      code: 'SYNC_CONFIG_INVALID',
    });
    expect(await world.atlas.collection('items').findOne({ _id: edited._id as never })).toMatchObject({
      name: 'first',
    });
    expect(await world.atlas.collection('items').findOne({ _id: sold._id })).toBeNull();
    expect(await a.Item.findById(edited._id).lean()).toMatchObject({ name: 'third' });
    await Promise.all([a.sync.resync({ prefer: 'local' }), b.sync.resync({ prefer: 'local' })]);
    await rest();
  });

  it('gets back all that the branches have, where they are preferred, whatever they wrote meanwhile', async () => {
    const { edited, deleted, created, same } = await restoreAtlas();
    await startOnRestored();
    const sold = await a.Item.create({ name: 'sold meanwhile' });
    const report = await a.sync.resync({ prefer: 'local' });
    expect(report).toMatchObject({ state: 'completed', error: null });
    await b.sync.resync({ prefer: 'local' });
    await rest();
    for (const { Item } of [a, b]) {
      expect(await Item.findById(edited._id).lean()).toMatchObject({ name: 'third' });
      expect(await Item.findById(created._id).lean()).toMatchObject({ name: 'created' });
      expect(await Item.findById(same._id).lean()).toMatchObject({ name: 'same' });
      expect(await Item.findById(sold._id).lean()).toMatchObject({ name: 'sold meanwhile' });
      expect(await Item.exists({ _id: deleted._id })).toBeNull();
    }
    const again = await a.sync.fullSync();
    expect(again.collections.map(({ differentCount }) => differentCount)).toEqual([0, 0]);
  });

  it('is what the branches return to, where it is preferred, and what they had is kept', async () => {
    const { edited, deleted, created } = await restoreAtlas();
    await startOnRestored();
    await a.sync.resync({ prefer: 'atlas' });
    await b.sync.resync({ prefer: 'atlas' });
    await rest();
    for (const { Item } of [a, b]) {
      expect(await Item.findById(edited._id).lean()).toMatchObject({ name: 'first' });
      expect(await Item.findById(deleted._id).lean()).toMatchObject({ name: 'deleted' });
      expect(await Item.exists({ _id: created._id })).toBeNull();
    }
    const kept = await Promise.all(
      (await a.sync.conflicts.list({ limit: 100 })).map(({ id }) => a.sync.conflicts.get(id)),
    );
    const names = kept.map((record) => (record?.document as { name?: string } | null)?.name);
    expect(names).toEqual(expect.arrayContaining(['third', 'created']));
  });

  it('is worked with by the choice of any process of the branch, also by the next one after a death', async () => {
    const { edited } = await restoreAtlas();
    await startOnRestored();
    const standby = await world.a.open();
    await standby.sync.start();
    const choosing = standby.sync.resync({ prefer: 'local' });
    await a.end();
    expect((await choosing).state).toBe('completed');
    await b.sync.resync({ prefer: 'local' });
    await standby.sync.idle();
    await b.sync.idle();
    await world.equal();
    expect(await standby.Item.findById(edited._id).lean()).toMatchObject({ name: 'third' });
    await standby.end();
  });

  it('waits for another choice where one is cancelled, before or while it is carried out', async () => {
    await restoreAtlas();
    const uri = link.uri(new URL(world.databases.atlas.uri).pathname.slice(1));
    await startOnRestored({ atlas: { uri, client: plainWire } });
    await a.Item.insertMany(Array.from({ length: 4_000 }, (_, n) => ({ name: `item ${n}`, n })));
    const before = await a.sync.resync({ prefer: 'atlas', signal: AbortSignal.abort() });
    expect(before.state).toBe('cancelled');
    const abort = new AbortController();
    const told: string[] = [];
    const onProgress = ({ id }: FullSyncReport): unknown => told.push(id);
    const written = link.dropRepliesFrom(isWriteTo('items'));
    const ended = a.sync.resync({ prefer: 'local', signal: abort.signal, onProgress });
    await written;
    abort.abort();
    const runs = world.a.local.collection('_sync_metadata');
    await waitFor(() => runs.findOne({ isCancelled: true, state: 'running' }), {
      what: 'it to be cancelled',
    });
    await link.heal(); // whose answers were awaited until now
    const report = await ended;
    expect(report.state).toBe('cancelled');
    expect(told).toEqual([report.id]);
    expect(await a.sync.fullSyncs.get(report.id)).toMatchObject({ state: 'cancelled' });
    await a.end();
    a = await world.a.open();
    await a.sync.start();
    await waitFor(() => a.sync.status().lastError?.code === 'SYNC_ATLAS_RESTORED', {
      what: 'the restore to be known after a restart',
    });
    await expect(a.sync.resync({})).rejects.toMatchObject({ code: 'SYNC_ATLAS_RESTORED' });
    expect((await a.sync.resync({ prefer: 'local' })).state).toBe('completed');
    await b.sync.resync({ prefer: 'local' });
    await rest();
    expect(await world.atlas.collection('items').countDocuments({ n: { $gte: 0 } })).toBe(4_000);
  }, 60_000);
});
