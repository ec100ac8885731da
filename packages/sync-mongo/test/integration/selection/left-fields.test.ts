import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type Db, type Document } from 'mongodb';
import { type Model } from 'mongoose';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const NAME = 'staff';

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

async function open(
  name: 'a' | 'b',
  options: Parameters<TwoBranches['a']['open']>[0] = {},
): Promise<Process> {
  const process = await world[name].open(options);
  const { Schema } = process.mongoose;
  const schema = new Schema<Person>({
    name: { type: String, unique: true },
    pin: Number,
    pay: { type: { rate: Number, day: String }, _id: false, default: undefined },
  });
  const opened = { ...process, Staff: process.mongoose.model<Person>('Staff', schema, NAME) };
  await opened.Staff.init();
  await process.sync.start();
  return opened;
}

// A value that its document gave up is free again: the native sandbox does not know that.
beforeAll(async () => {
  world = await startTwoBranches([NAME], { secondOpinion: true });
  a = await open('a', { collections: { fields: { [NAME]: { exclude: ['pin', 'pay.rate'] } } } });
  b = await open('b');
});
afterAll(async () => {
  for (const process of [a, b]) await process.end();
  await world.stop();
});

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

describe('an excluded field of a document that leaves Local for its unique value', () => {
  it('is there again with the document, when the value is free', async () => {
    for (const { sync } of [a, b]) await sync.pause();
    const { _id } = await a.Staff.create({ name: 'Nadia', pin: 1, pay: { rate: 2, day: 'Mon' } });
    const first = await b.Staff.create({ name: 'Nadia', pin: 9 });
    for (const { sync } of [b, a]) {
      await sync.resume();
      await sync.idle();
    }
    expect(await on(world.a.local, _id)).toBeNull();
    expect(await a.sync.quarantine.list()).toContainEqual(expect.objectContaining({ waits: 'aside' }));
    await b.Staff.updateOne({ _id: first._id }, { name: 'Nadia Z' });
    await waitFor(async () => (await on(world.a.local, _id)) !== null, { what: 'the document to be back' });
    expect(await on(world.a.local, _id)).toEqual({ name: 'Nadia', pin: 1, pay: { day: 'Mon', rate: 2 } });
    await idle();
    expect(await on(world.atlas, _id)).toEqual({ name: 'Nadia', pay: { day: 'Mon' } });
  });

  it('outlives a moment in which values change hands', async () => {
    const [one, two] = await a.Staff.create([
      { name: 'one', pin: 1 },
      { name: 'two', pin: 2 },
    ]);
    await idle();
    await a.sync.pause();
    for (const [_id, name] of [
      [one?._id, 'free'],
      [two?._id, 'one'],
      [one?._id, 'two'],
    ] as const)
      await b.Staff.updateOne({ _id }, { name });
    await b.sync.idle();
    await a.sync.resume();
    await idle();
    expect(await on(world.a.local, one?._id)).toEqual({ name: 'two', pin: 1 });
    expect(await on(world.a.local, two?._id)).toEqual({ name: 'one', pin: 2 });
  });

  it('is gone where the key was deleted since, and is made anew elsewhere', async () => {
    const { _id } = await a.Staff.create({ name: 'Huda', pin: 1 });
    await idle();
    await a.Staff.deleteOne({ _id });
    await idle();
    await b.Staff.create({ _id, name: 'Huda', pin: 9 });
    await idle();
    expect(await on(world.a.local, _id)).toEqual({ name: 'Huda' });
  });
});
