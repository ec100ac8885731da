import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type ObjectId } from 'mongodb';
import { type Model } from 'mongoose';
import { type UniqueConflictHook } from '../../../src/index.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

interface Customer {
  _id: ObjectId;
  number: string;
  visits?: number;
  merges?: boolean;
}

/** Customers of the same number are one where they say so; else the one that came too late has another number. */
const hook: UniqueConflictHook = ({ loser, winner }) =>
  loser['merges'] === true
    ? { merge: { ...winner, visits: Number(winner['visits']) + Number(loser['visits']) } }
    : { change: { ...loser, number: `${String(loser['number'])}-2` } };

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;
let CustomerA: Model<Customer>;
let CustomerB: Model<Customer>;

// A value that its document gave up is free again: the native sandbox does not know that.
beforeAll(async () => {
  world = await startTwoBranches(['items', 'customers'], { secondOpinion: true });
  const options = { onUniqueConflict: hook };
  [a, b] = [await world.a.open(options), await world.b.open(options)];
  [CustomerA, CustomerB] = [a, b].map(({ mongoose }) =>
    mongoose.model<Customer>(
      'Customer',
      new mongoose.Schema<Customer>({
        number: { type: String, unique: true },
        visits: Number,
        merges: Boolean,
      }),
    ),
  ) as [Model<Customer>, Model<Customer>];
  for (const model of [CustomerA, CustomerB]) await model.init();
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => world.stop());

/** Both branches register a customer of that number while Atlas is away. */
async function registerTwice(number: string, merges: boolean): Promise<void> {
  await world.databases.atlas.stop();
  await CustomerA.create({ number, visits: 1, merges });
  await CustomerB.create({ number, visits: 10, merges });
  await world.databases.atlas.start();
}

async function settled(isDone: () => Promise<boolean>): Promise<void> {
  await waitFor(isDone, { what: 'the customers to be settled', timeoutMs: 20_000 });
  await Promise.all([a.sync.idle(), b.sync.idle()]);
  await world.equal('customers');
  const entries = await Promise.all([a, b].map(({ sync }) => sync.quarantine.list()));
  expect(entries.flat()).toEqual([]);
}

describe('onUniqueConflict', () => {
  it('gives the customer that came too late another number, on all sides', async () => {
    await registerTwice('A1', false);
    const onAtlas = async () =>
      (await world.atlas.collection('customers').find().toArray()).map(({ number }) => String(number)).sort();
    await settled(async () => (await onAtlas()).length === 2);
    expect(await onAtlas()).toEqual(['A1', 'A1-2']);
  });

  it('makes one customer of both, on all sides, and keeps the one that came too late', async () => {
    await registerTwice('B1', true);
    const visits = async () =>
      (await world.atlas.collection('customers').findOne({ number: 'B1' }))?.['visits'] as unknown;
    await settled(async () => (await visits()) === 11);
    expect(await CustomerA.countDocuments({ merges: true })).toBe(1);
    const kept = await a.sync.conflicts.list({ collection: 'customers' });
    expect(kept.filter(({ reason }) => reason === 'merged')).toHaveLength(1);
  });
});
