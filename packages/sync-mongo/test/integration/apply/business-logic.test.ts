import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { Double, Long, ObjectId } from 'mongodb';
import { type TwoBranches } from '../slice/two-branches.js';
import { type Cafe, startTwoCafes } from './cafe.js';

let world: TwoBranches;
let a: Cafe;
let b: Cafe;

beforeAll(async () => {
  ({ world, a, b } = await startTwoCafes());
});
afterAll(async () => world.stop());

const foreignly = (name: string): ReturnType<TwoBranches['atlas']['collection']> =>
  world.atlas.collection(name);

async function settled(): Promise<void> {
  for (const round of [1, 2]) for (const { sync } of [a, b]) await sync.idle({ timeoutMs: 20_000 + round });
  for (const collection of ['bills', 'users', 'entries']) await world.equal(collection);
}

const bill = (id: unknown) => a.Bill.findById(id).lean();

async function sharedUser(): Promise<ObjectId> {
  const user = await a.User.create({ name: 'sara', password: 'first' });
  await waitFor(() => b.User.exists({ _id: user._id }), { what: 'the user to arrive' });
  await settled();
  return user._id;
}

describe('a foreign write on Atlas', () => {
  it('gets what the hooks of its model compute, the same on all sides, and its other fields stay as they are', async () => {
    const _id = new ObjectId();
    const lines = [{ price: new Double(2), quantity: 3, note: 'unknown to the schema' }];
    await foreignly('bills').insertOne({ _id, lines, extra: Long.fromNumber(5) });
    await waitFor(async () => (await bill(_id))?.total === 6, { what: 'the total' });
    await settled();
    expect(await bill(_id)).toMatchObject({
      status: 'open',
      paid: 0,
      extra: 5,
      lines: [{ note: 'unknown to the schema' }],
    });
    const [raw] = await foreignly('bills').find({ _id }, { promoteValues: false }).toArray();
    expect(raw).toMatchObject({ lines: [{ price: new Double(2) }], extra: Long.fromNumber(5) });
    await foreignly('bills').updateOne({ _id }, { $set: { paid: 6 } });
    await waitFor(async () => (await bill(_id))?.status === 'paid', { what: 'the status' });
    await settled();
  });

  it('has one output, and no conflict of outputs', async () => {
    expect([...a.events, ...b.events]).toEqual([]);
    expect(await a.sync.conflicts.list()).toEqual([]);
  });

  it('is told from the writes of the application by isRemoteApply', async () => {
    const before = [a.applied.length, b.applied.length];
    await a.Bill.create({ lines: [], paid: 1 });
    expect(a.applied.slice(before[0])).toEqual([false]);
    const _id = new ObjectId();
    await foreignly('bills').insertOne({ _id, lines: [], paid: 1 });
    await waitFor(async () => (await bill(_id))?.status === 'paid', { what: 'the status' });
    await settled();
    const applied = [...a.applied.slice((before[0] ?? 0) + 1), ...b.applied.slice(before[1])];
    expect(new Set(applied)).toEqual(new Set([true]));
    expect(a.sync.isRemoteApply()).toBe(false);
  });

  it('whose hooks write to another collection, has that captured like any other write', async () => {
    const _id = new ObjectId();
    await foreignly('bills').insertOne({ _id, lines: [], paid: 1 });
    await waitFor(() => foreignly('entries').findOne({ of: String(_id) }), { what: 'the entry on Atlas' });
    await settled();
  });
});

describe('a password', () => {
  it('is hashed once where a foreign hand changes it, however many branches there are', async () => {
    const _id = await sharedUser();
    await foreignly('users').updateOne({ _id }, { $set: { password: 'second' } });
    await waitFor(
      async () => /^hash-\d+\(second\)$/.test((await a.User.findById(_id).lean())?.password ?? ''),
      {
        what: 'the hash',
      },
    );
    await settled();
    expect((await b.User.findById(_id).lean())?.password).toMatch(/^hash-\d+\(second\)$/);
  });

  it('is not hashed again by foreign edits of other fields, over rounds and branches', async () => {
    const _id = await sharedUser();
    const hashed = (await a.User.findById(_id).lean())?.password;
    for (const name of ['r1', 'r2', 'r3']) {
      await foreignly('users').updateOne({ _id }, { $set: { name } });
      await waitFor(async () => (await b.User.findById(_id).lean())?.name === name, { what: name });
      await settled();
    }
    expect((await b.User.findById(_id).lean())?.password).toBe(hashed);
  });

  it('is not hashed again on a branch that had missed its change, when a foreign hand edits another field', async () => {
    const _id = await sharedUser();
    await b.sync.pause({ direction: 'atlas-to-local' });
    const user = await a.User.findById(_id);
    await user?.set('password', 'changed in the shop').save();
    await a.sync.idle();
    await foreignly('users').updateOne({ _id }, { $set: { name: 'renamed' } });
    await waitFor(async () => (await a.User.findById(_id).lean())?.name === 'renamed', { what: 'the name' });
    await b.sync.resume({ direction: 'atlas-to-local' });
    await waitFor(async () => (await b.User.findById(_id).lean())?.name === 'renamed', {
      what: 'the name on b',
    });
    await settled();
    expect((await a.User.findById(_id).lean())?.password).toMatch(/^hash-\d+\(changed in the shop\)$/);
  });
});

describe('a state from another branch', () => {
  it('is stored as the bytes that came, though the hooks would make something else of it', async () => {
    const { insertedId: _id } = await a.Bill.collection.insertOne({
      lines: [{ price: 1, quantity: 1 }],
      total: 99,
    });
    await waitFor(async () => (await b.Bill.findById(_id).lean())?.total === 99, { what: 'the bill' });
    await settled();
  });
});
