import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { type Document } from 'mongodb';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';
import { shareDocuments } from './stamped-documents.js';

const MAX = 3;
const COUNT = 10;
const ITEMS = { collections: ['items'] } as const;

let world: TwoBranches;
let a: BranchProcess;

/** On a Local whose stream nobody reads, so that what is put there stays unheard of. */
beforeEach(async () => {
  world = await startTwoBranches(['items'], { topology: 'standalone' });
  a = await world.a.open({ maxUnexplainedDeletes: MAX });
  await a.sync.start();
  await a.sync.idle();
});
afterEach(async () => world.stop());

/** Clean documents of Local that are gone from Atlas, and nothing says why. */
const loseOnAtlas = (count: number): Promise<void> => shareDocuments([world.a.local], 'items', count);

async function countBoth(): Promise<readonly number[]> {
  return Promise.all([world.a.local, world.atlas].map((db) => db.collection('items').countDocuments()));
}

const isPaused = (): boolean => a.sync.status().paused.some(({ collection }) => collection === 'items');

async function newest(): Promise<FullSyncReport | undefined> {
  return (await a.sync.fullSyncs.list({ limit: 1 }))[0];
}

/** Has a run wait as one whose process died right before its end. */
async function interrupt(runId: string): Promise<void> {
  const metadata = world.a.local.collection<Document & { readonly _id: string }>('_sync_metadata');
  const dead = { state: 'interrupted', finishedAtMs: null, error: null, epoch: null };
  await metadata.updateOne({ _id: `full-sync:${runId}` }, { $set: dead });
  await metadata.insertOne({ _id: 'running-full-sync', runId });
}

const blown = {
  state: 'failed',
  error: { code: 'SYNC_FULL_FUSE', message: expect.stringContaining('items') as unknown },
} as const;

describe('a full sync that finds documents gone from Atlas without a trace', () => {
  it('takes over as many as the fuse allows, with copies', async () => {
    await loseOnAtlas(MAX);
    expect(await a.sync.fullSync(ITEMS)).toMatchObject({
      state: 'completed',
      collections: [{ differentCount: MAX, repairedCount: MAX }],
    });
    expect(await countBoth()).toEqual([0, 0]);
    expect(await a.sync.conflicts.list()).toHaveLength(MAX);
  });

  it('fails where they are more, changes nothing, tells what it has found, and cannot be gone on with', async () => {
    await loseOnAtlas(COUNT);
    await expect(a.sync.fullSync(ITEMS)).rejects.toMatchObject({ code: 'SYNC_FULL_FUSE', retryable: false });
    const failed = await newest();
    expect(failed).toMatchObject({
      ...blown,
      collections: [
        {
          differentCount: COUNT,
          repairedCount: 0,
          kinds: { 'missing-on-atlas': COUNT },
          paused: true,
          fuseBlown: true,
        },
      ],
    });
    expect(failed?.collections[0]?.samples?.length).toBeGreaterThan(0);
    expect([isPaused(), await countBoth()]).toEqual([true, [COUNT, 0]]);
    await expect(a.sync.fullSync({ resume: failed?.id ?? '' })).rejects.toMatchObject({
      code: 'SYNC_NOT_FOUND',
    });
  });

  it('fails as well where its process dies then, and another one goes on with it', async () => {
    await loseOnAtlas(COUNT);
    await expect(a.sync.fullSync(ITEMS)).rejects.toMatchObject({ code: 'SYNC_FULL_FUSE' });
    const { id, collections } = (await newest()) ?? { id: '' };
    await interrupt(id);
    await waitFor(async () => (await newest())?.state === 'failed', { what: 'the run to end once more' });
    expect(await newest()).toMatchObject({ id, ...blown, collections });
  });

  it('pauses the collection as well where its process died before it could', async () => {
    await loseOnAtlas(COUNT);
    await expect(a.sync.fullSync(ITEMS)).rejects.toMatchObject({ code: 'SYNC_FULL_FUSE' });
    const { id } = (await newest()) ?? { id: '' };
    await a.end();
    await world.a.local.collection('_sync_metadata').deleteOne({ _id: 'pauses' as never });
    await interrupt(id);
    a = await world.a.open({ maxUnexplainedDeletes: MAX });
    await a.sync.start();
    await waitFor(async () => (await newest())?.state === 'failed', { what: 'the run to end once more' });
    expect([isPaused(), await countBoth()]).toEqual([true, [COUNT, 0]]);
  });

  it.each(['local', 'atlas'] as const)('is settled by the choice of %s, at once', async (prefer) => {
    await loseOnAtlas(COUNT);
    await expect(a.sync.fullSync(ITEMS)).rejects.toMatchObject({ code: 'SYNC_FULL_FUSE' });
    expect(await a.sync.resync({ ...ITEMS, prefer })).toMatchObject({
      state: 'completed',
      collections: [{ repairedCount: COUNT }],
    });
    const left = prefer === 'local' ? COUNT : 0;
    expect([isPaused(), await countBoth()]).toEqual([false, [left, left]]);
    expect(await a.sync.conflicts.list()).toHaveLength(COUNT - left);
  });

  it('counts none of them where it takes nothing to Local', async () => {
    await loseOnAtlas(COUNT);
    expect(await a.sync.fullSync({ ...ITEMS, direction: 'local-to-atlas' })).toMatchObject({
      state: 'completed',
      collections: [{ kinds: { 'missing-on-atlas': COUNT }, repairedCount: 0 }],
    });
    expect([isPaused(), await countBoth()]).toEqual([false, [COUNT, 0]]);
  });
});

describe('the comparison that the engine needs for itself', () => {
  it('pauses the collection where they are more than the fuse allows, says so, and lets the others go on', async () => {
    await a.sync.stop();
    await loseOnAtlas(COUNT);
    await world.a.local.collection('_sync_metadata').deleteOne({ _id: 'atlas-change-stream-token' as never });
    await a.sync.start();
    await waitFor(() => a.sync.status().pushOpen, { what: 'the comparison to end' });
    expect(await newest()).toMatchObject({
      ...blown,
      collections: expect.arrayContaining([
        expect.objectContaining({ collection: 'items', differentCount: COUNT, fuseBlown: true }),
        expect.not.objectContaining({ fuseBlown: true }),
      ]) as unknown,
    });
    expect([isPaused(), await countBoth()]).toEqual([true, [COUNT, 0]]);
  });
});
