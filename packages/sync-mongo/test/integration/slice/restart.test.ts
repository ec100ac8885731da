import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import fc from 'fast-check';
import { type Document } from 'mongodb';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

const POSITION = 'atlas-change-stream-token';
const CHANGES = 30;

let world: TwoBranches;
let a: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  a = await world.a.open();
  await a.sync.start();
});
afterAll(async () => world.stop());

const position = (): Promise<Document | null> => metadata().findOne({ _id: POSITION });
function metadata() {
  return world.b.local.collection<Document & { readonly _id: string }>('_sync_metadata');
}

async function started(): Promise<BranchProcess> {
  const process = await world.b.open();
  await process.sync.start();
  return process;
}

describe('a branch that stops and starts again', () => {
  let b: BranchProcess;
  afterEach(async () => b.end());

  it('goes on from its position, and loses nothing of what either side wrote meanwhile', async () => {
    b = await started();
    const [edited, deleted] = await a.Item.create([{ name: 'edited' }, { name: 'deleted' }]);
    await waitFor(() => b.Item.exists({ _id: deleted?._id }), { what: 'both to arrive' });
    await b.sync.idle();
    await waitFor(async () => (await position()) !== null, { what: 'a position' });
    await b.sync.stop();
    const mine = await b.Item.create({ name: 'written while stopped' });
    await a.Item.updateOne({ _id: edited?._id }, { name: 'edited meanwhile' });
    await a.Item.deleteOne({ _id: deleted?._id });
    await a.sync.idle();
    await b.end();
    const before = await fullSyncCount();

    b = await started();
    await waitFor(() => a.Item.exists({ _id: mine._id }), { what: 'the write of the stopped branch' });
    await b.sync.idle();
    await world.equal();
    expect(await b.Item.findById(edited?._id).lean()).toMatchObject({ name: 'edited meanwhile' });
    expect(await b.Item.exists({ _id: deleted?._id })).toBeNull();
    expect(await fullSyncCount()).toBe(before);
  });

  it.each([
    ['garbage', { token: { _data: 'no token at all' } }],
    ['of another cluster', { clusterId: 'another' }],
    ['of another pipeline', { pipelineHash: 'another' }],
  ])('compares both sides where its position is %s, and loses nothing', async (_, change) => {
    b = await started();
    await b.sync.idle();
    await waitFor(async () => (await position()) !== null, { what: 'a position' });
    await b.end();
    const missed = await a.Item.create({ name: 'missed by the stream' });
    await a.sync.idle();
    const mine = await writtenWithoutEngine();
    await metadata().updateOne({ _id: POSITION }, { $set: change });
    const before = await fullSyncCount();

    b = await started();
    await waitFor(() => b.Item.exists({ _id: missed._id }), { what: 'what the stream does not show' });
    await waitFor(() => a.Item.exists({ _id: mine }), { what: 'the local write' });
    await b.sync.idle();
    await world.equal();
    expect(await fullSyncCount()).toBeGreaterThan(before);
  });

  it('saves its positions now and then, not with every change of either side', async () => {
    b = await started();
    await b.sync.idle();
    let savedCount = 0;
    b.mongoose.connection.getClient().on('commandStarted', ({ commandName, command }) => {
      const updates = commandName === 'update' ? (command['updates'] as readonly Document[]) : [];
      savedCount += updates.filter(({ q }) => /-token$/.test(String((q as Document)['_id']))).length;
    });
    const startedMs = performance.now();
    for (let n = 0; n < CHANGES; n++) {
      const mine = await b.Item.create({ name: 'mine', n });
      const other = await a.Item.create({ name: 'of the other branch', n });
      await waitFor(() => a.Item.exists({ _id: mine._id }), { what: 'a write to go' });
      await waitFor(() => b.Item.exists({ _id: other._id }), { what: 'a write to come' });
    }
    const seconds = Math.ceil((performance.now() - startedMs) / 1_000);
    expect(savedCount).toBeLessThanOrEqual(2 * (seconds + 1));
    await waitFor(() => savedCount > 0, { what: 'a position to be saved' });
  });

  async function fullSyncCount(): Promise<number> {
    return metadata().countDocuments({ _id: { $regex: '^full' } });
  }

  async function writtenWithoutEngine(): Promise<unknown> {
    const process = await world.b.open();
    const { _id } = await process.Item.create({ name: 'written without an engine' });
    await process.end();
    return _id;
  }

  it(
    '**Feature: bidirectional-sync, Property 5: Change Stream resume capability** ' +
      'For any Change Stream disconnection, when reconnecting, all changes that occurred during disconnection ' +
      'should be processed using the resume token',
    async () => {
      b = await started();
      const ids = await a.Item.insertMany(Array.from({ length: 120 }, (_, n) => ({ name: 'any', n })));
      await a.sync.idle();
      await b.sync.idle();
      const change = fc.constantFrom('update', 'delete', 'replace', 'recreate', 'none');
      const changes = fc.sample(change, ids.length);
      await b.sync.stop();
      for (const [i, { _id }] of ids.entries()) {
        if (changes[i] === 'update') await a.Item.updateOne({ _id }, { $inc: { n: 1000 } });
        if (changes[i] === 'replace') await a.Item.replaceOne({ _id }, { name: 'replaced' });
        if (changes[i] === 'delete' || changes[i] === 'recreate') await a.Item.deleteOne({ _id });
        if (changes[i] === 'recreate') await a.Item.create({ _id, name: 'anew' });
      }
      await a.sync.idle();
      const before = await fullSyncCount();
      await b.sync.start();
      await b.sync.idle();
      await world.equal();
      expect(await fullSyncCount()).toBe(before);
    },
  );
});

describe('two processes of one branch', () => {
  it('share one engine: the second stands by, its writes travel, and it takes over when the first stops', async () => {
    const first = await started();
    await waitFor(() => first.sync.status().leader, { what: 'the first to lead' });
    const second = await started();
    expect(second.sync.status()).toMatchObject({ state: 'standby', leader: false });
    expect((await second.sync.health()).ready).toBe(true);
    const item = await second.Item.create({ name: 'of the one that stands by' });
    expect(await second.sync.synced(item)).toBe('applied');
    await second.sync.idle();

    await first.end();
    const later = await second.Item.create({ name: 'after the takeover' });
    await waitFor(() => a.Item.exists({ _id: later._id }), { what: 'the second to take over' });
    expect(second.sync.status()).toMatchObject({ state: 'running', leader: true });
    await second.end();
  });
});
