import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CollectionReport, type FullSyncReport } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { type Document } from 'mongodb';
import { type AtlasLink } from '../../../src/engine/atlas-link.js';
import { noneExcluded } from '../../../src/fields/excluded-fields.js';
import { changedKeys } from '../../../src/full-sync/changed-keys.js';
import { PositionStore } from '../../../src/position/position-store.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';
import { shareDocuments } from './stamped-documents.js';

const COUNT = 300;

let world: TwoBranches;
let a: BranchProcess;

beforeEach(async () => {
  world = await startTwoBranches();
  await shareDocuments([world.a.local, world.atlas], 'items', COUNT);
  a = await world.a.open();
  await a.sync.start();
  await a.sync.idle();
});
afterEach(async () => world.stop());

const changed = { changedOnly: true, dryRun: true } as const;

function items({ collections }: FullSyncReport): CollectionReport {
  const found = collections.find(({ collection }) => collection === 'items');
  if (!found) throw new Error('items were not compared');
  return found;
}

/** Both sides are compared as a whole, and are the same. */
async function compareAll(): Promise<void> {
  const report = await a.sync.fullSync();
  expect(items(report)).toMatchObject({ comparedCount: COUNT, differentCount: 0 });
}

describe('a full sync of what has changed', () => {
  it('compares everything the first time, and then what the stream shows since the last that was clean', async () => {
    const first = await a.sync.fullSync(changed);
    expect([first.changedOnly, items(first).comparedCount]).toEqual([false, COUNT]);

    await a.Item.create({ name: 'new' });
    await a.Item.updateOne({ name: 'item 7' }, { n: -7 });
    await a.Item.deleteOne({ name: 'item 8' });
    await world.atlas.collection('items').updateOne({ name: 'item 9' }, { $set: { n: -9 } });
    await a.sync.idle();
    const second = await a.sync.fullSync(changed);
    expect(second).toMatchObject({ changedOnly: true, state: 'completed' });
    expect(items(second)).toMatchObject({ comparedCount: 4, differentCount: 0 });

    await a.Item.updateOne({ name: 'item 10' }, { n: -10 });
    await a.sync.idle();
    const third = items(await a.sync.fullSync(changed)).comparedCount;
    expect(third).toBeGreaterThanOrEqual(1);
    expect(third).toBeLessThanOrEqual(5); // the position of the second may be from before what that had seen
  });

  it('finds what a comparison of everything finds, and repairs it', async () => {
    await compareAll();
    await a.sync.pause({ collection: 'items' });
    const atlas = world.atlas.collection('items');
    await atlas.updateOne({ name: 'item 1' }, { $set: { n: -1 } });
    await atlas.insertOne({ name: 'by a hand' });
    await atlas.deleteOne({ name: 'item 2' });
    await a.Item.create({ name: 'new' });
    await a.Item.updateOne({ name: 'item 3' }, { n: -3 });
    await a.Item.deleteOne({ name: 'item 4' });
    const found = items(await a.sync.fullSync(changed));
    const all = items(await a.sync.fullSync({ dryRun: true }));
    expect(found).toMatchObject({ comparedCount: 6, differentCount: all.differentCount, kinds: all.kinds });
    expect(all.differentCount).toBe(6);

    await a.sync.resume({ collection: 'items' });
    await a.sync.idle();
    expect(items(await a.sync.fullSync({ changedOnly: true }))).toMatchObject({ comparedCount: 6 });
    expect(items(await a.sync.fullSync({ dryRun: true })).differentCount).toBe(0);
  });

  it('goes on from a full sync that left only what waits in quarantine, and names that until it is settled', async () => {
    const atlas = world.atlas.collection('items');
    await atlas.updateOne({ name: 'item 5' }, { $set: { n: 'five' } });
    await waitFor(async () => (await a.sync.quarantine.list()).length === 1, { what: 'a refusal' });
    await a.sync.idle();
    for (const changedOnly of [false, true, true]) {
      const report = await a.sync.fullSync({ changedOnly });
      expect(report.changedOnly).toBe(changedOnly);
      expect(items(report)).toMatchObject({ differentCount: 0, kinds: { held: 1 } });
    }
    await world.a.local.collection('_sync_quarantine').deleteMany({}); // nothing else tells of it any more
    const report = await a.sync.fullSync(changed);
    expect(items(report)).toMatchObject({ differentCount: 1, kinds: { differs: 1 } });
  });

  it('stops reading the stream once nobody wants to know', async () => {
    const since = await new PositionStore(world.a.local).load();
    if (!since?.token) throw new Error('there is no position');
    await world.atlas.collection('items').updateMany({}, { $set: { n: 0 } });
    const nothing = { run: () => Promise.resolve([]) };
    let askedCount = 0;
    const found = await changedKeys({
      link: {
        greeting: { db: world.atlas },
        instanceId: since.instanceId,
        pulled: ['items'],
        signal: new AbortController().signal,
        local: nothing,
      } as unknown as AtlasLink,
      excluded: noneExcluded,
      batchSize: 1,
      since,
      held: [],
      goesOn: () => Promise.resolve(++askedCount < 3),
    });
    expect(found).toBeNull();
    expect(askedCount).toBeGreaterThanOrEqual(3);
    expect(askedCount).toBeLessThan(10); // of 300 batches
  });

  it('compares everything where the stream does not reach back that far', async () => {
    await compareAll();
    await world.a.local
      .collection<Document & { _id: string }>('_sync_metadata')
      .updateOne({ _id: 'full-sync-clean' }, { $set: { token: { _data: '82' } } });
    const report = await a.sync.fullSync(changed);
    expect([report.changedOnly, items(report).comparedCount]).toEqual([false, COUNT]);
    expect((await a.sync.fullSync(changed)).changedOnly).toBe(true);
  });
});
