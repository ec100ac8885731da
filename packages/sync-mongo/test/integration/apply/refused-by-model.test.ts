import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { ObjectId } from 'mongodb';
import { type Model } from 'mongoose';
import { type BranchProcess, type TwoBranches } from '../slice/two-branches.js';
import { type Cafe, startTwoCafes } from './cafe.js';

interface Dish {
  readonly name: string;
  readonly kind: string;
}
interface Kitchen extends BranchProcess {
  readonly Dish: Model<Dish>;
}

let world: TwoBranches;
let a: Cafe;
let b: Cafe;

beforeAll(async () => {
  ({ world, a, b } = await startTwoCafes());
});
afterAll(async () => world.stop());

const quarantined = async ({ sync }: BranchProcess, id: unknown) =>
  (await sync.quarantine.list()).find(({ documentId }) => documentId.endsWith(String(id)));

async function seen(process: BranchProcess, id: unknown) {
  return waitFor(async () => (await quarantined(process, id)) ?? null, { what: 'the quarantined state' });
}

describe('a state that its model does not accept', () => {
  it('waits in quarantine on every branch, with its code, paths and bytes, and blocks nothing', async () => {
    const _id = new ObjectId();
    const bills = world.atlas.collection('bills');
    await bills.insertOne({ _id, lines: [], status: 'a secret' });
    for (const each of [a, b]) {
      const { id, code, reason } = await seen(each, _id);
      expect([code, reason]).toEqual(['SYNC_WRITE_VALIDATION', 'Its model does not accept status (enum).']);
      expect((await each.sync.quarantine.get(id))?.document).toMatchObject({ status: 'a secret' });
      expect(await each.Bill.exists({ _id })).toBeNull();
    }
    const next = await a.Bill.create({ lines: [] });
    await waitFor(() => b.Bill.exists({ _id: next._id }), { what: 'the next bill' });
    await bills.updateOne({ _id }, { $set: { status: 'open' } });
    await waitFor(() => b.Bill.exists({ _id }), { what: 'the corrected bill' });
  });

  it('is out of quarantine once a foreign hand deletes it on Atlas, also where a branch was away', async () => {
    const _id = new ObjectId();
    const bills = world.atlas.collection('bills');
    await bills.insertOne({ _id, lines: [], status: 'a secret' });
    for (const each of [a, b]) await seen(each, _id);
    await b.sync.stop();
    await bills.deleteOne({ _id });
    await b.sync.start();
    for (const each of [a, b])
      await waitFor(async () => !(await quarantined(each, _id)), { what: 'the entry to be gone' });
  });

  it('keeps what the hook said that threw', async () => {
    const _id = new ObjectId();
    await world.atlas.collection('bills').insertOne({ _id, lines: [{ price: 666, quantity: 1 }] });
    const { code, reason } = await seen(b, _id);
    expect([code, reason]).toEqual(['SYNC_APPLY_HOOK_FAILED', 'RangeError: no such amount']);
  });
});

describe('a state that an older server of a branch refused', () => {
  const open = async (branch: TwoBranches['a'], kinds: readonly string[]): Promise<Kitchen> => {
    const process = await branch.open();
    const schema = new process.mongoose.Schema<Dish>({
      name: String,
      kind: { type: String, enum: [...kinds] },
    });
    return { ...process, Dish: process.mongoose.model<Dish>('Dish', schema, 'dishes') };
  };

  it('arrives by itself once that server knows the new rules', async () => {
    for (const each of [a, b]) await each.end();
    const newer = await open(world.a, ['food', 'drink', 'dessert']);
    const older = await open(world.b, ['food', 'drink']);
    for (const { sync } of [newer, older]) await sync.start();
    const cake = await newer.Dish.create({ name: 'basbousa', kind: 'dessert' });
    const tea = await newer.Dish.create({ name: 'tea', kind: 'drink' });
    await waitFor(() => older.Dish.exists({ _id: tea._id }), { what: 'the tea' });
    expect((await seen(older, cake._id)).code).toBe('SYNC_WRITE_VALIDATION');
    await older.end();
    const unchanged = await open(world.b, ['food', 'drink']);
    await unchanged.sync.start();
    await unchanged.sync.idle();
    expect((await quarantined(unchanged, cake._id))?.attemptCount).toBe(1);
    await unchanged.end();
    const updated = await open(world.b, ['food', 'drink', 'dessert']);
    await updated.sync.start();
    await waitFor(() => updated.Dish.exists({ _id: cake._id }), { what: 'the cake' });
    await world.equal('dishes');
  });
});
