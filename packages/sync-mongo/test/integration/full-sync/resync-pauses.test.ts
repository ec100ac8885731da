import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type PauseScope, type Side } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { type Document } from 'mongodb';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';
import { shareDocuments } from './stamped-documents.js';

const COUNT = 10;
const ITEMS = { collection: 'items' } as const;
const BILLS = { collection: 'bills' } as const;

let world: TwoBranches;
let a: BranchProcess;

/** Items have paused themselves: too many of them are gone from Atlas. So many bills are gone, too. */
beforeEach(async () => {
  world = await startTwoBranches(['items', 'bills'], { topology: 'standalone' });
  await open();
  await a.sync.idle();
  await shareDocuments([world.a.local], 'items', COUNT);
  await expect(a.sync.fullSync({ collections: ['items'] })).rejects.toMatchObject({
    code: 'SYNC_FULL_FUSE',
  });
  await shareDocuments([world.a.local], 'bills', COUNT);
  expect(paused()).toEqual([ITEMS]);
});
afterEach(async () => world.stop());

async function open(): Promise<void> {
  a = await world.a.open({ maxUnexplainedDeletes: 1 });
  a.mongoose.model('Bill', new a.mongoose.Schema({ name: String }));
  await a.sync.start();
  await waitFor(() => a.sync.status().pushOpen, { what: 'push to open' });
}

const paused = (): readonly PauseScope[] => a.sync.status().paused;

async function countsOnAtlas(): Promise<Readonly<Record<string, number>>> {
  const count = (name: string): Promise<number> => world.atlas.collection(name).countDocuments();
  return { items: await count('items'), bills: await count('bills') };
}

/** All collections are synced anew; answers what the report says of each. */
async function resyncAll(prefer: Side): Promise<ReadonlyMap<string, unknown>> {
  const { state, collections } = await a.sync.resync({ prefer });
  expect(state).toBe('completed');
  return new Map(collections.map((one) => [one.collection, one]));
}

describe('a choice for all collections', () => {
  it.each<PauseScope>([BILLS, { ...BILLS, direction: 'local-to-atlas' }])(
    'ends the pauses of those that paused themselves, and leaves what somebody has paused as it is: %j',
    async (byHand) => {
      await a.sync.pause(byHand);
      const found = await resyncAll('local');
      expect(found.get('items')).toMatchObject({ differentCount: COUNT, repairedCount: COUNT });
      expect(found.get('items')).not.toHaveProperty('paused');
      expect(found.get('bills')).toMatchObject({ paused: true, differentCount: COUNT, repairedCount: 0 });
      expect(paused()).toEqual([byHand]);
      expect(await countsOnAtlas()).toEqual({ items: COUNT, bills: 0 });
    },
  );

  it('ends them as well where its process died before it could, and another one goes on with it', async () => {
    await a.sync.pause(BILLS);
    const metadata = world.a.local.collection<Document & { readonly _id: string }>('_sync_metadata');
    const pauses = await metadata.findOne({ _id: 'pauses' });
    const { id: runId } = await a.sync.resync({ prefer: 'local' });
    expect(paused()).toEqual([BILLS]);
    await a.end();
    await metadata.replaceOne({ _id: 'pauses' }, pauses ?? {});
    const dead = { state: 'interrupted', finishedAtMs: null, error: null, epoch: null };
    await metadata.updateOne({ _id: `full-sync:${runId}` }, { $set: dead });
    await metadata.insertOne({ _id: 'running-full-sync', runId });
    await open();
    await waitFor(async () => (await a.sync.fullSyncs.get(runId))?.state === 'completed', {
      what: 'the run to end once more',
    });
    expect(paused()).toEqual([BILLS]);
  });

  it('leaves what paused itself and then was paused by somebody too, over a restart as well', async () => {
    await a.sync.pause(ITEMS);
    await a.end();
    await open();
    const found = await resyncAll('local');
    expect(found.get('items')).toMatchObject({ paused: true, repairedCount: 0 });
    expect(found.get('bills')).toMatchObject({ repairedCount: COUNT });
    expect(paused()).toEqual([ITEMS]);
    expect(await countsOnAtlas()).toEqual({ items: 0, bills: COUNT });
  });

  it('ends what is left of a pause of its own, of which somebody has resumed a direction, over a restart as well', async () => {
    await a.sync.resume({ direction: 'local-to-atlas' });
    expect(paused()).toEqual([{ ...ITEMS, direction: 'atlas-to-local' }]);
    await a.end();
    await open();
    await resyncAll('local');
    expect(paused()).toEqual([]);
    expect(await countsOnAtlas()).toEqual({ items: COUNT, bills: COUNT });
  });

  it.each<PauseScope>([{}, { direction: 'atlas-to-local' }])(
    'is refused, and changes nothing, where somebody has paused all: %j',
    async (wide) => {
      await a.sync.pause(wide);
      const before = paused();
      await expect(a.sync.resync({ prefer: 'local' })).rejects.toMatchObject({
        code: 'SYNC_STATE_PAUSED_WIDER',
      });
      expect(paused()).toEqual(before);
      expect(await countsOnAtlas()).toEqual({ items: 0, bills: 0 });
    },
  );
});

describe('a choice for collections by their names', () => {
  it('ends their pauses, whoever made them', async () => {
    await a.sync.pause(BILLS);
    await a.sync.resync({ collections: ['items', 'bills'], prefer: 'local' });
    expect(paused()).toEqual([]);
    expect(await countsOnAtlas()).toEqual({ items: COUNT, bills: COUNT });
  });
});
