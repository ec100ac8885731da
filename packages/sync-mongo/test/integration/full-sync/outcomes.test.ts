import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FullSyncOptions, type FullSyncReport, type ResyncOptions } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { type Db, type Document } from 'mongodb';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { type LinkedBranches, startLinkedBranches } from '../offline/linked-branches.js';
import { shareDocuments } from './stamped-documents.js';

const COUNT = 8_000;
/** How long anything takes to Atlas and back, each way: a run is to last for a while, whatever the machine. */
const SLOW_MS = 20;
const ITEMS = { collections: ['items'] } as const;

let branches: LinkedBranches;

beforeAll(async () => {
  branches = await startLinkedBranches();
  const { a, world } = branches;
  await a.sync.pause({ collection: 'items' }); // so that no lane takes what is put there now for changes
  await shareDocuments([world.a.local, world.atlas], 'items', COUNT);
});
afterAll(async () => branches.stop());

/** Begins a run, which has come some way when this resolves. */
async function begin(): Promise<{ readonly ended: Promise<FullSyncReport> }> {
  branches.link.delay(SLOW_MS);
  const ended = branches.a.sync.fullSync(ITEMS);
  ended.catch(() => undefined); // heard of later
  await underWay();
  return { ended };
}

const underWay = (): Promise<unknown> =>
  waitFor(
    () =>
      branches.world.a.local
        .collection('_sync_metadata')
        .findOne({ kind: 'full-sync', state: 'running', 'place.next.after': { $type: 'string' } }),
    { what: 'a run that has come some way', everyMs: 5 },
  );

describe('a full sync', () => {
  it('refuses a collection that is not synced, and leaves no run behind', async () => {
    const { sync } = branches.a;
    const before = await sync.fullSyncs.list();
    await expect(sync.fullSync({ collections: ['items', 'ghosts'] })).rejects.toMatchObject({
      code: 'SYNC_NOT_FOUND',
      message: 'Not synced: ghosts.',
    });
    expect(await sync.fullSyncs.list()).toEqual(before);
  });

  it('refuses a wish that is not understood, and leaves no run behind', async () => {
    const { sync } = branches.a;
    const before = await sync.fullSyncs.list();
    const misspelt = { dryrun: true } as FullSyncOptions;
    const chosen = { prefer: 'Local' } as unknown as ResyncOptions;
    for (const asked of [sync.fullSync(misspelt), sync.resync(chosen)])
      await expect(asked).rejects.toMatchObject({ code: 'SYNC_CONFIG_INVALID' });
    expect(await sync.fullSyncs.list()).toEqual(before);
  });

  it('is cancelled by a signal that aborted before it began', async () => {
    const report = await branches.a.sync.fullSync({ ...ITEMS, signal: AbortSignal.abort() });
    expect(report.state).toBe('cancelled');
  });

  it('fails with the side named where Atlas goes away, and goes on where it was once Atlas is back', async () => {
    const { a, link } = branches;
    const { ended: first } = await begin();
    await link.cut();
    await expect(first).rejects.toMatchObject({ context: { side: 'atlas' } });
    const [failed] = await a.sync.fullSyncs.list({ limit: 1 });
    expect(failed).toMatchObject({ state: 'failed', error: { side: 'atlas' } });
    expect(failed?.error?.message).toContain('Atlas');
    await expect(a.sync.fullSync()).rejects.toMatchObject({
      code: 'SYNC_CONN_UNREACHABLE',
      context: { side: 'atlas' },
    });
    await link.heal();
    await waitFor(() => a.sync.status().pushOpen, { what: 'the connection' });
    const report = await a.sync.fullSync({ resume: failed?.id ?? '' });
    expect(report).toMatchObject({
      state: 'completed',
      collections: [{ comparedCount: COUNT }],
      error: null,
    });
  });

  it('goes on by itself after the process that ran it was stopped and started again', async () => {
    const { a } = branches;
    const { ended: first } = await begin();
    const [before] = await a.sync.fullSyncs.list({ limit: 1 });
    await Promise.all([
      a.sync.stop(),
      expect(first).rejects.toMatchObject({ code: 'SYNC_STATE_NOT_STARTED' }),
    ]);
    await a.sync.start();
    const ended = await waitFor(
      async () => {
        const run = await a.sync.fullSyncs.get(before?.id ?? '');
        return run?.state === 'completed' ? run : null;
      },
      { what: 'the run to end' },
    );
    expect(ended.collections[0]?.comparedCount).toBe(COUNT);
  });

  it('comes to an end where Local goes away for a moment, and never calls that a failure of Atlas', async () => {
    const { a, world } = branches;
    const [server] = world.databases.branches;
    const { ended: first } = await begin();
    await server?.stop();
    await server?.start();
    await first.catch(() => undefined);
    const [run] = await a.sync.fullSyncs.list({ limit: 1 });
    const id = run?.id ?? '';
    const ended = await waitFor(
      () => a.sync.fullSyncs.get(id).then((report) => report?.finishedAtMs && report),
      {
        what: 'the run to end',
        timeoutMs: 20_000,
      },
    );
    if (ended.state === 'failed') expect(ended.error?.side).toBe('local');
    const report = ended.state === 'failed' ? await a.sync.fullSync({ resume: id }) : ended;
    expect(report).toMatchObject({ state: 'completed', collections: [{ comparedCount: COUNT }] });
  });

  it('fails with the side named that has no disk space left, changes nothing, and goes on once there is some', async () => {
    const { a, world } = branches;
    await a.sync.resume({ collection: 'items' });
    await a.sync.idle();
    const [items, there] = [world.a.local, world.atlas].map((db) => db.collection('items'));
    const missing = [COUNT - 1, COUNT - 2, COUNT - 3];
    await leaveUnheard(world.a.local, missing);
    const { ended } = await begin();
    await failInserts(world.a.local, 'alwaysOn');
    await expect(ended).rejects.toMatchObject({ code: 'SYNC_WRITE_NO_SPACE', context: { side: 'local' } });
    await failInserts(world.a.local, 'off');
    const [failed] = await a.sync.fullSyncs.list({ limit: 1 });
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'SYNC_WRITE_NO_SPACE', side: 'local' } });
    expect([await items?.countDocuments(), await there?.countDocuments()]).toEqual([COUNT - 3, COUNT]);
    expect(await world.a.local.collection('_sync_quarantine').countDocuments()).toBe(0);
    const report = await a.sync.fullSync({ resume: failed?.id ?? '' });
    expect(report).toMatchObject({ state: 'completed', collections: [{ repairedCount: 3 }] });
    expect(await items?.countDocuments()).toBe(COUNT);
  });
});

/** Documents leave Local without anybody hearing of it, as when a server has lost its last moments. */
async function leaveUnheard(local: Db, ids: readonly number[]): Promise<void> {
  const notes = ids.map((id) => ({
    _id: documentKeyOf('items', id),
    collection: 'items',
    notedAt: new Date(),
  }));
  await local.collection<Document & { _id: string }>('_sync_tombstones').insertMany(notes);
  await local.collection<Document & { _id: number }>('items').deleteMany({ _id: { $in: [...ids] } });
}

/** Local's server answers each insert as one does whose disk is full. */
async function failInserts(local: Db, mode: 'alwaysOn' | 'off'): Promise<void> {
  const data = { failCommands: ['insert'], errorCode: 14_031 };
  await local
    .admin()
    .command({ configureFailPoint: 'failCommand', mode, ...(mode === 'alwaysOn' && { data }) });
}
