import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type Db, type Document } from 'mongodb';
import { type Model } from 'mongoose';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const NAME = 'staff';
const excluding = { collections: { fields: { [NAME]: { exclude: ['pin', 'pay.rate'] } } } };

interface Person {
  name?: string;
  pin?: number;
  pay?: { rate?: number; day?: string };
}

type Process = BranchProcess & { readonly Staff: Model<Person> };

let world: TwoBranches;
/** Excludes fields. */
let a: Process;
/** Excludes none. */
let b: Process;

type Options = Parameters<TwoBranches['a']['open']>[0];

async function open(name: 'a' | 'b', options: Options = {}): Promise<Process> {
  const process = await world[name].open(options);
  const { Schema } = process.mongoose;
  const schema = new Schema<Person>({
    name: String,
    pin: { type: Number, required: name === 'a' },
    pay: { type: { rate: Number, day: String }, _id: false, default: undefined },
  });
  const opened = { ...process, Staff: process.mongoose.model<Person>('Staff', schema, NAME) };
  await process.sync.start();
  return opened;
}

beforeAll(async () => {
  world = await startTwoBranches([NAME]);
});
beforeEach(async () => {
  for (const db of [world.a.local, world.b.local, world.atlas])
    for (const name of [NAME, '_sync_conflicts', '_sync_quarantine', '_sync_tombstones', '_sync_metadata'])
      await db.collection(name).deleteMany({});
  [a, b] = [await open('a', excluding), await open('b')];
});
afterEach(async () => {
  for (const process of [a, b]) await process.end();
});
afterAll(async () => world.stop());

async function idle(): Promise<void> {
  for (const { sync } of [a, b, a]) await sync.idle();
}

/** What a side holds, without the metadata. */
async function on(db: Db, _id: unknown): Promise<Document | null> {
  const found = await db
    .collection(NAME)
    .findOne({ _id } as Document, { projection: { _syncMeta: 0, __v: 0 } });
  if (!found) return null;
  const { _id: _same, ...fields } = found;
  return fields;
}

const versionOnAtlas = async (_id: unknown): Promise<unknown> =>
  (await world.atlas.collection(NAME).findOne({ _id } as Document))?.['_syncMeta']?.version as unknown;

describe('a field that a branch excludes', () => {
  it('is never sent, and each side keeps its own through updates, replacements and conflicts', async () => {
    const { _id } = await a.Staff.create({ name: 'Mona', pin: 1, pay: { rate: 10, day: 'Mon' } });
    await idle();
    expect(await on(world.atlas, _id)).toEqual({ name: 'Mona', pay: { day: 'Mon' } });

    await b.Staff.updateOne({ _id }, { name: 'Mona B', pin: 2, 'pay.rate': 20 });
    await idle();
    expect(await on(world.a.local, _id)).toEqual({ name: 'Mona B', pin: 1, pay: { day: 'Mon', rate: 10 } });

    await a.Staff.replaceOne({ _id }, { name: 'Mona A', pin: 3 });
    await idle();
    expect(await on(world.a.local, _id)).toEqual({ name: 'Mona A', pin: 3 });
    for (const db of [world.atlas, world.b.local])
      expect(await on(db, _id)).toEqual({ name: 'Mona A', pin: 2, pay: { rate: 20 } });

    for (const { sync } of [a, b]) await sync.pause({ direction: 'local-to-atlas' });
    await a.Staff.updateOne({ _id }, { name: 'loses', pin: 4 });
    await b.Staff.updateOne({ _id }, { name: 'wins', pin: 5 });
    for (const { sync } of [b, a]) await sync.resume();
    await idle();
    const names = new Set(
      [await on(world.a.local, _id), await on(world.atlas, _id)].map((doc) => doc?.['name'] as unknown),
    );
    expect(names.size).toBe(1);
    expect(await on(world.a.local, _id)).toMatchObject({ pin: 4 });
    expect(await on(world.atlas, _id)).toEqual(await on(world.b.local, _id));
    const records = await world.atlas.collection('_sync_conflicts').find().toArray();
    expect(records).toHaveLength(1);
    expect(await a.sync.quarantine.list()).toEqual([]);
  });

  it('costs nothing to write: nothing of that travels', async () => {
    const { _id } = await a.Staff.create({ name: 'Omar', pin: 1 });
    await idle();
    const before = await versionOnAtlas(_id);
    await a.Staff.updateOne({ _id }, { pin: 2 });
    await idle();
    expect(await versionOnAtlas(_id)).toBe(before);
    expect(await on(world.a.local, _id)).toEqual({ name: 'Omar', pin: 2 });
    expect(await on(world.atlas, _id)).toEqual({ name: 'Omar' });
  });

  it('makes no difference to a full sync, nor does an edit of it by hand on either side', async () => {
    const { _id } = await a.Staff.create({ name: 'Sara', pin: 1, pay: { rate: 1 } });
    await idle();
    await world.atlas.collection(NAME).updateOne({ _id }, { $set: { pin: 9 } });
    await world.a.local.collection(NAME).updateOne({ _id }, { $set: { pin: 8 } });
    await idle();
    const { collections } = await a.sync.fullSync({ collections: [NAME], dryRun: true });
    expect(collections).toEqual([expect.objectContaining({ comparedCount: 1, differentCount: 0 })]);
    expect(await on(world.a.local, _id)).toEqual({ name: 'Sara', pin: 8, pay: { rate: 1 } });
    expect(await on(world.atlas, _id)).toMatchObject({ name: 'Sara', pin: 9 });
  });

  it('goes with its document where that is deleted, on either side', async () => {
    const [here, there] = await a.Staff.create([
      { name: 'deleted here', pin: 1 },
      { name: 'deleted there', pin: 2 },
    ]);
    await idle();
    await b.Staff.updateMany({}, { pin: 3 });
    await idle();
    await a.Staff.deleteOne({ _id: here?._id });
    await b.Staff.deleteOne({ _id: there?._id });
    await idle();
    for (const db of [world.a.local, world.b.local, world.atlas])
      expect(await db.collection(NAME).countDocuments()).toBe(0);
  });

  it('may be missing in what comes from elsewhere, though its model requires it', async () => {
    const { _id } = await b.Staff.create({ name: 'new', pin: 7 });
    const { insertedId } = await world.atlas.collection(NAME).insertOne({ name: 'by hand' });
    await idle();
    expect(await on(world.a.local, _id)).toEqual({ name: 'new' });
    expect(await on(world.a.local, insertedId)).toEqual({ name: 'by hand' });
    expect(await a.sync.quarantine.list()).toEqual([]);
  });

  it('stays where a state that lost is restored', async () => {
    const { _id } = await a.Staff.create({ name: 'first', pin: 1 });
    await idle();
    for (const { sync } of [a, b]) await sync.pause({ direction: 'local-to-atlas' });
    await a.Staff.updateOne({ _id }, { name: 'of a', pin: 2 });
    await b.Staff.updateOne({ _id }, { name: 'of b' });
    for (const { sync } of [b, a]) await sync.resume();
    await idle();
    const [record] = await a.sync.conflicts.list();
    await a.sync.conflicts.restore(record?.id ?? '');
    await idle();
    expect(await on(world.a.local, _id)).toMatchObject({ pin: 2 });
    expect(await on(world.atlas, _id)).not.toHaveProperty('pin');
  });
});

describe('a choice of fields that changes', () => {
  it('loses nothing: what was excluded travels from either side, and what differs is a conflict', async () => {
    const [here, there, both, neither] = await a.Staff.create(
      ['here', 'there', 'both', 'neither'].map((name) => ({ name, pin: 0 })),
    );
    await a.Staff.updateOne({ _id: neither?._id }, { $unset: { pin: 1 } });
    await a.Staff.updateOne({ _id: there?._id }, { $unset: { pin: 1 } });
    await idle();
    await a.Staff.updateOne({ _id: here?._id }, { pin: 1 });
    await a.Staff.updateOne({ _id: both?._id }, { pin: 2 });
    await b.Staff.updateOne({ _id: there?._id }, { pin: 3 });
    await b.Staff.updateOne({ _id: both?._id }, { pin: 4 });
    await idle();
    await a.end();
    a = await open('a');
    await waitFor(() => a.sync.status().pushOpen, { what: 'push to open' });
    await idle();
    await world.equal(NAME);
    expect(await on(world.atlas, here?._id)).toEqual({ name: 'here', pin: 1 });
    expect(await on(world.atlas, there?._id)).toEqual({ name: 'there', pin: 3 });
    expect(await on(world.atlas, neither?._id)).toEqual({ name: 'neither' });
    const standing = (await on(world.atlas, both?._id))?.['pin'] as number;
    const records = await a.sync.conflicts.list();
    expect(records).toHaveLength(1);
    const kept = await a.sync.conflicts.get(records[0]?.id ?? '');
    expect([standing, (kept?.document as Document)['pin']].sort()).toEqual([2, 4]);

    await a.end();
    a = await open('a', excluding);
    await idle();
    const { collections } = await a.sync.fullSync({ collections: [NAME], dryRun: true });
    expect(collections).toEqual([expect.objectContaining({ comparedCount: 4, differentCount: 0 })]);
    await a.Staff.updateMany({}, { name: 'renamed', pin: 100 });
    await idle();
    expect(await world.b.local.collection(NAME).countDocuments({ name: 'renamed' })).toBe(4);
    expect(await world.atlas.collection(NAME).countDocuments({ pin: 100 })).toBe(0);
    expect(await on(world.atlas, here?._id)).toEqual({ name: 'renamed', pin: 1 });
    expect(await a.sync.conflicts.list()).toHaveLength(1);
  });
});
