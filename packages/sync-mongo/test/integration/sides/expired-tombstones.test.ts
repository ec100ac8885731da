import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { type Db, MongoClient } from 'mongodb';
import { ExpiredTombstones } from '../../../src/engine/expired-tombstones.js';
import { ensureLocalState } from '../../../src/state/ensure-state.js';
import { stateCollections } from '../../../src/state/state-collections.js';

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;
let monotonicMs = 0;
let expired: ExpiredTombstones;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  db = client.db();
  await ensureLocalState(db, []);
});
beforeEach(() => {
  monotonicMs = 0;
  expired = new ExpiredTombstones({
    ageMs: 90 * DAY_MS,
    clock: { now: () => NOW_MS, monotonic: () => monotonicMs },
  });
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

const tombstones = () => db.collection<{ _id: string }>(stateCollections.tombstones);
const daysAgo = (days: number): Date => new Date(NOW_MS - days * DAY_MS);
const left = async (): Promise<readonly string[]> =>
  (await tombstones().find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);

async function note(...records: readonly { readonly _id: string; readonly notedAt: Date }[]): Promise<void> {
  await tombstones().deleteMany({});
  await tombstones().insertMany(records.map((record) => ({ ...record })));
}

describe('tombstones of Local', () => {
  it('go when they are as old as those that Atlas forgets', async () => {
    await note({ _id: 'old', notedAt: daysAgo(91) }, { _id: 'young', notedAt: daysAgo(89) });
    await expired.sweep(db, NOW_MS);
    expect(await left()).toEqual(['young']);
  });

  it('stay where a deletion waits to be pushed, or excluded fields for their document', async () => {
    const pending = { _id: 'pending', notedAt: daysAgo(500), pending: 'a later id' };
    const waiting = { _id: 'waiting', notedAt: daysAgo(500), left: { note: 'not to travel' } };
    await note(pending, waiting);
    await expired.sweep(db, NOW_MS);
    expect(await left()).toEqual(['pending', 'waiting']);
  });

  it('go page by page', async () => {
    await note(...Array.from({ length: 1_500 }, (_, i) => ({ _id: `old ${i}`, notedAt: daysAgo(91) })));
    await expired.sweep(db, NOW_MS);
    expect(await left()).toHaveLength(500);
    await expired.sweep(db, NOW_MS);
    expect(await left()).toEqual([]);
  });

  it('stay where they are old by one clock only', async () => {
    await note({ _id: 'young', notedAt: daysAgo(1) });
    await expired.sweep(db, NOW_MS + 500 * DAY_MS);
    expect(await left()).toEqual(['young']);
  });

  it('are looked through once a day', async () => {
    await expired.sweep(db, NOW_MS);
    await note({ _id: 'old', notedAt: daysAgo(91) });
    monotonicMs += DAY_MS - 1;
    await expired.sweep(db, NOW_MS);
    expect(await left()).toEqual(['old']);
    monotonicMs += 1;
    await expired.sweep(db, NOW_MS);
    expect(await left()).toEqual([]);
  });
});
