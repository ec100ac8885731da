import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

const COUNT = 1_000;
const TIMEOUT_MS = 120_000;

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await world.a.open(), await world.b.open()];
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => world.stop());

/** As many documents, on all sides. */
async function share(kind: string): Promise<void> {
  await a.Item.insertMany(Array.from({ length: COUNT }, (_, n) => ({ name: kind, n })));
  await everywhere(kind, COUNT);
}

async function everywhere(kind: string, count: number): Promise<void> {
  for (const { Item } of [a, b]) {
    await waitFor(async () => (await Item.countDocuments({ name: kind })) === count, {
      what: `${String(count)} documents to be on every branch`,
      timeoutMs: 60_000,
    });
  }
  await world.equal();
}

describe('many deletions at once', () => {
  it(
    'that a foreign hand made on Atlas reach all branches, each document kept once',
    async () => {
      await share('deleted by hand');
      await world.atlas.collection('items').deleteMany({ name: 'deleted by hand' });
      await everywhere('deleted by hand', 0);
      await waitFor(async () => (await a.sync.conflicts.list({ limit: 1 })).length === 1, { what: 'a copy' });
      const kept = world.atlas.collection('_sync_conflicts');
      await waitFor(async () => (await kept.countDocuments({ reason: 'unexplained-deletion' })) === COUNT, {
        what: 'all copies to be on Atlas',
        timeoutMs: 60_000,
      });
      expect(await world.atlas.collection('items').countDocuments({})).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'that the application made on one branch reach Atlas and the other, without a copy',
    async () => {
      await share('deleted by the application');
      const before = await world.atlas.collection('_sync_conflicts').countDocuments({});
      await a.Item.deleteMany({ name: 'deleted by the application' });
      await everywhere('deleted by the application', 0);
      expect(await world.atlas.collection('items').countDocuments({})).toBe(0);
      expect(await world.atlas.collection('_sync_conflicts').countDocuments({})).toBe(before);
    },
    TIMEOUT_MS,
  );
});
