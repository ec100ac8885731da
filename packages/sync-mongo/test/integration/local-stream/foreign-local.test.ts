import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type Document } from 'mongodb';
import { type HydratedDocument } from 'mongoose';
import { type BranchProcess, type Item, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

/** Within a second on a quiet machine. */
const SOON_MS = 5_000;

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await started('a'), await started('b')];
  await watching();
});
afterAll(async () => world.stop());

async function started(branch: 'a' | 'b'): Promise<BranchProcess> {
  const process = await world[branch].open();
  await process.sync.start();
  return process;
}

/** Waits until Local's stream is open: its position is saved then. */
async function watching(): Promise<void> {
  const metadata = world.a.local.collection<{ _id: string }>('_sync_metadata');
  const position = { _id: 'local-change-stream-token' };
  await waitFor(() => metadata.findOne(position), { what: 'the stream over Local' });
}

async function shared(name: string): Promise<HydratedDocument<Item>> {
  const item = await a.Item.create({ name, n: 0 });
  await waitFor(() => b.Item.exists({ _id: item._id }), { what: `${name} to be everywhere` });
  await a.sync.idle();
  return item;
}

const past = () => world.a.local.collection('items');
const onAtlas = () => world.atlas.collection('items');
const isGone = async (id: unknown): Promise<boolean> => (await b.Item.exists({ _id: id })) === null;

async function isMarked(id: unknown): Promise<boolean> {
  const found = await past().findOne({ _id: id } as Document);
  return (found?.['_syncMeta'] as Document | undefined)?.['dirty'] !== undefined;
}

async function rest(): Promise<void> {
  for (const { sync } of [a, b]) await sync.idle();
  await world.equal();
}

describe('what is written to Local past capture', () => {
  it('arrives everywhere soon: inserts, updates, replacements and deletions', async () => {
    const names = ['edited', 'replaced', 'copied', 'deleted'];
    const [edited, replaced, copied, deleted] = await a.Item.insertMany(names.map((name) => ({ name })));
    await rest();
    const whole = await past().findOne({ _id: copied?._id } as Document);
    const { insertedId } = await past().insertOne({ name: 'inserted past capture' });
    await past().updateOne({ _id: edited?._id } as Document, { $set: { name: 'edited past capture' } });
    await past().replaceOne({ _id: replaced?._id } as Document, { name: 'replaced past capture' });
    await past().replaceOne({ _id: copied?._id } as Document, {
      ...whole,
      name: 'copied with its metadata, then edited',
    });
    await past().deleteOne({ _id: deleted?._id } as Document);
    const soon = { timeoutMs: SOON_MS };
    await waitFor(() => b.Item.exists({ _id: insertedId }), { what: 'the insert', ...soon });
    await waitFor(() => isGone(deleted?._id), { what: 'the deletion', ...soon });
    await rest();
    for (const { Item } of [a, b]) {
      expect(await Item.findById(edited?._id).lean()).toMatchObject({ name: 'edited past capture' });
      expect(await Item.findById(replaced?._id).lean()).toMatchObject({ name: 'replaced past capture' });
      expect(await Item.findById(copied?._id).lean()).toMatchObject({
        name: 'copied with its metadata, then edited',
      });
    }
  });

  it('is found while sync is paused, and travels once it is resumed', async () => {
    const item = await shared('edited while paused');
    await a.sync.pause();
    await past().updateOne({ _id: item._id }, { $set: { n: 7 } });
    await waitFor(() => isMarked(item._id), { what: 'the mark', timeoutMs: SOON_MS });
    await a.sync.resume();
    await rest();
    expect(await b.Item.findById(item._id).lean()).toMatchObject({ n: 7 });
  });

  it('is found while Atlas is away', async () => {
    const item = await shared('edited while Atlas is away');
    await world.databases.atlas.stop();
    await past().updateOne({ _id: item._id }, { $set: { n: 8 } });
    await waitFor(() => isMarked(item._id), { what: 'the mark', timeoutMs: SOON_MS });
    await world.databases.atlas.start();
    await rest();
    expect(await b.Item.findById(item._id).lean()).toMatchObject({ n: 8 });
  });

  it('is found after a restart, from the position where the stream was left', async () => {
    const [edited, deleted] = [await shared('edited while stopped'), await shared('deleted while stopped')];
    await rest();
    await a.end();
    await past().updateOne({ _id: edited._id }, { $set: { n: 9 } });
    await past().deleteOne({ _id: deleted._id });
    const { insertedId } = await past().insertOne({ name: 'inserted while stopped' });
    a = await started('a');
    await waitFor(() => b.Item.exists({ _id: insertedId }), { what: 'the insert' });
    await waitFor(() => isGone(deleted._id), { what: 'the deletion' });
    await rest();
    expect(await b.Item.findById(edited._id).lean()).toMatchObject({ n: 9 });
  });

  it('meets pushes of the same documents, and nothing of either is lost', async () => {
    const made = Array.from({ length: 60 }, (_, n) => ({ name: 'both', n, tags: ['old'] }));
    const items = await a.Item.insertMany(made);
    await rest();
    await Promise.all(
      items.flatMap(({ _id }) => [
        a.Item.updateOne({ _id }, { name: 'by the application' }),
        past().updateOne({ _id }, { $set: { tags: ['past capture'] } }),
      ]),
    );
    const both = { name: 'by the application', tags: 'past capture' };
    await waitFor(async () => (await b.Item.countDocuments(both)) === items.length, {
      what: 'both writes of each',
    });
    await rest();
  });

  it("takes neither the application's deletions nor those from Atlas for foreign ones", async () => {
    const items = await a.Item.insertMany(Array.from({ length: 40 }, (_, n) => ({ name: 'deleted', n })));
    const ids = items.map(({ _id }) => _id);
    await rest();
    await a.Item.deleteMany({ _id: { $in: ids.slice(0, 20) } });
    await b.Item.deleteMany({ _id: { $in: ids.slice(20) } });
    await rest();
    await b.Item.insertMany(ids.map((_id) => ({ _id, name: 'created anew' })));
    await rest();
    // Whatever Local's stream still had to say of the deletions has been heard when a later write has been.
    const { insertedId } = await past().insertOne({ name: 'a later write past capture' });
    await waitFor(() => onAtlas().findOne({ _id: insertedId }), { what: 'the later write' });
    await rest();
    for (const { Item } of [a, b]) expect(await Item.countDocuments({ name: 'created anew' })).toBe(40);
  });

  it('has its own key where its _id has names that an object would put in another order', async () => {
    const _id = new Map<string, unknown>([
      ['b', 1],
      ['10', 'x'],
      ['9', 'y'],
    ]);
    const place = { _id } as Document;
    await past().insertOne({ ...place, name: 'inserted past capture' });
    await waitFor(() => onAtlas().findOne(place), { what: 'the insert' });
    await rest();
    await past().updateOne(place, { $set: { name: 'updated past capture' } });
    await waitFor(() => onAtlas().findOne({ ...place, name: 'updated past capture' }), {
      what: 'the update',
    });
    await past().deleteOne(place);
    await waitFor(async () => (await onAtlas().findOne(place)) === null, { what: 'the deletion' });
    await rest();
  });

  it('pauses a synced collection that is dropped, and nothing leaves Atlas', async () => {
    await shared('kept on Atlas');
    const before = await onAtlas().countDocuments();
    await past().drop();
    const isPaused = (): boolean => a.sync.status().paused.some(({ collection }) => collection === 'items');
    await waitFor(isPaused, { what: 'the pause' });
    expect(await onAtlas().countDocuments()).toBe(before);
    await a.sync.resync({ collections: ['items'], prefer: 'atlas' });
    await rest();
    expect(await past().countDocuments()).toBe(before);
  });

  it('is found again after the whole database was dropped, and the operator has chosen', async () => {
    await shared('kept on Atlas, too');
    const before = await onAtlas().countDocuments();
    await world.a.local.dropDatabase();
    const isPaused = (): boolean => a.sync.status().paused.some(({ collection }) => collection === 'items');
    await waitFor(isPaused, { what: 'the pause' });
    // The lease went with the database: the engine ends that had it, and the resync goes on with the next.
    await a.sync.resync({ collections: ['items'], prefer: 'atlas' });
    expect(await past().countDocuments()).toBe(before);
    const { insertedId } = await past().insertOne({ name: 'after the end' });
    await waitFor(() => onAtlas().findOne({ _id: insertedId }), { what: 'the write past capture' });
    await rest();
  });
});
