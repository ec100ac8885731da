import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { type Db, type Document } from 'mongodb';
import { type LinkedBranches, startLinkedBranches } from '../offline/linked-branches.js';
import { isWriteTo } from '../slice/is-write-to.js';
import { storedBytes } from '../slice/stored-bytes.js';
import { shareDocuments } from './stamped-documents.js';

const COUNT = 2_000;
/** So many of them differ. */
const GONE = 1_500;
const ITEMS = { collections: ['items'] } as const;

let branches: LinkedBranches;

beforeEach(async () => {
  branches = await startLinkedBranches();
  const { a, b, world } = branches;
  for (const { sync } of [a, b]) await sync.pause({ collection: 'items' });
  await shareDocuments([world.a.local, world.atlas], 'items', COUNT, { digests: true });
});
afterEach(async () => branches.stop());

/** Atlas answers each write as a server does whose disk is full. */
async function fill(atlas: Db, mode: 'alwaysOn' | 'off'): Promise<void> {
  const data = { failCommands: ['insert', 'update', 'delete', 'findAndModify'], errorCode: 14_031 };
  await atlas
    .admin()
    .command({ configureFailPoint: 'failCommand', mode, ...(mode === 'alwaysOn' && { data }) });
}

/**
 * Begins to put right what differs, and fills Atlas once some of that is done: the first write has no answer before that,
 * and the others wait for it.
 */
async function fillMidway(
  prefer: 'local' | 'atlas',
  isSome: () => Promise<boolean>,
): Promise<FullSyncReport> {
  const { a, link, world } = branches;
  const written = link.dropRepliesFrom(isWriteTo('items'));
  const ended = a.sync.resync({ ...ITEMS, prefer });
  ended.catch(() => undefined); // heard of later
  await written;
  await waitFor(isSome, { what: 'something to arrive on Atlas', timeoutMs: 30_000 });
  await fill(world.atlas, 'alwaysOn');
  await link.heal();
  await expect(ended).rejects.toMatchObject({ code: 'SYNC_WRITE_NO_SPACE', context: { side: 'atlas' } });
  const [failed] = await a.sync.fullSyncs.list({ limit: 1 });
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'SYNC_WRITE_NO_SPACE', side: 'atlas' } });
  if (!failed) throw new Error('it was listed');
  return failed;
}

/** Once there is space again, the run comes to its end, and both sides are the same. */
async function goOn({ id }: FullSyncReport): Promise<void> {
  const { a, world } = branches;
  await fill(world.atlas, 'off');
  expect(await a.sync.fullSync({ resume: id })).toMatchObject({ state: 'completed', error: null });
  await a.sync.idle();
  const sides = [world.a.local, world.atlas].map((db) => storedBytes(db, 'items'));
  const [here, there] = await Promise.all(sides);
  expect(here).toEqual(there);
  expect(await world.a.local.collection('_sync_quarantine').countDocuments()).toBe(0);
}

describe('a full sync when Atlas has no disk space left', () => {
  it('fails with that code and side, has changed nothing, and comes to its end once there is some', async () => {
    const { a, world } = branches;
    await world.atlas.collection('items').deleteMany({ n: { $lt: GONE } });
    const before = await storedBytes(world.a.local, 'items');
    await fill(world.atlas, 'alwaysOn');
    await expect(a.sync.resync({ ...ITEMS, prefer: 'local' })).rejects.toMatchObject({
      code: 'SYNC_WRITE_NO_SPACE',
      context: { side: 'atlas' },
    });
    const [failed] = await a.sync.fullSyncs.list({ limit: 1 });
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'SYNC_WRITE_NO_SPACE', side: 'atlas' } });
    expect(await storedBytes(world.a.local, 'items')).toEqual(before);
    expect(await world.atlas.collection('items').countDocuments()).toBe(COUNT - GONE);
    if (failed) await goOn(failed);
    expect(await storedBytes(world.a.local, 'items')).toEqual(before);
  }, 60_000);

  it('has each document wholly on Atlas, or not there and still to be pushed, where that fills up meanwhile', async () => {
    const { a, world } = branches;
    const [here, there] = [world.a.local.collection('items'), world.atlas.collection('items')];
    await there.deleteMany({ n: { $lt: GONE } });
    const failed = await fillMidway('local', async () => (await there.countDocuments()) > COUNT - GONE);
    const arrived = await there.find({ n: { $lt: GONE } }).toArray();
    expect(arrived.length).toBeLessThan(GONE);
    expect(arrived.filter(({ _syncMeta }) => !(_syncMeta as Document)['stamp'])).toEqual([]);
    const stored = new Set(arrived.map(({ _id }) => String(_id)));
    const dirty = await here.find({ '_syncMeta.dirty': { $exists: true } }).toArray();
    expect(dirty.filter(({ n }) => (n as number) >= GONE)).toEqual([]);
    expect(await here.countDocuments()).toBe(COUNT);
    expect(a.sync.status().paused).toEqual([{ collection: 'items' }]);
    await goOn(failed);
    expect(await there.countDocuments()).toBe(COUNT);
    expect(stored.size).toBeGreaterThan(0);
  }, 60_000);

  it('fails as well where it has to write versions there, and not what Local has', async () => {
    const { world } = branches;
    const there = world.atlas.collection('items');
    await there.updateMany({ n: { $lt: GONE } }, { $set: { name: 'by a hand' } });
    const sealed = { '_syncMeta.origin': 'atlas' };
    const failed = await fillMidway('atlas', async () => (await there.countDocuments(sealed)) > 0);
    // Nothing is taken that has no version of its own yet.
    const taken = await world.a.local.collection('items').countDocuments({ name: 'by a hand' });
    expect(taken).toBeLessThanOrEqual(await there.countDocuments(sealed));
    expect(taken).toBeLessThan(GONE);
    await goOn(failed);
    expect(await there.countDocuments(sealed)).toBe(GONE);
  }, 120_000);
});
