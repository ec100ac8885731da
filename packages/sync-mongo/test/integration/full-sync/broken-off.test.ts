import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFaultProxy, type FaultProxy, waitFor } from '@bomba/sync-testkit';
import { type Collection, type Document } from 'mongodb';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const COUNT = 8_000;
const PAGE = 500;
/** So slow a line lets few pages through between two looks. */
const DELAY_MS = 20;

let world: TwoBranches;
let link: FaultProxy;
let a: BranchProcess;
let items: Collection;

beforeEach(async () => {
  world = await startTwoBranches();
  items = world.atlas.collection('items');
  const { port, uri } = world.databases.atlas;
  link = await createFaultProxy({ targetPort: port });
  const atlas = { uri: link.uri(new URL(uri).pathname.slice(1)) };
  a = await world.a.open({ atlas });
});
afterEach(async () => {
  await link.close();
  await world.stop();
});

interface Run extends Document {
  readonly place: { readonly collection: string; readonly next: { readonly after: string } | null } | null;
}
const runs = (): Promise<readonly Run[]> =>
  world.a.local.collection<Run>('_sync_metadata').find({ kind: 'full-sync' }).toArray();

/** How far the comparison of items has come, as a process that takes it up would find it. */
async function reached(): Promise<number> {
  const [run] = await runs();
  const { collection, next = null } = run?.place ?? {};
  if (collection !== 'items' || !next) return 0;
  return Number(/\d+/.exec(next.after.split('/').at(-1) ?? '')?.[0]);
}

/** Cuts the line once the comparison has come further than that; answers how far. */
async function cutBehind(before: number): Promise<number> {
  link.delay(DELAY_MS);
  await waitFor(async () => (await reached()) > before, {
    what: `more than ${before} to be compared`,
    everyMs: 5,
    timeoutMs: 30_000,
  });
  await link.cut();
  await waitFor(() => a.sync.status().state === 'degraded', {
    what: 'the cut to be noticed',
    timeoutMs: 30_000,
  });
  return reached();
}

describe('a branch whose line is cut again and again while it meets Atlas for the first time', () => {
  it('goes on from where it was, and has what was written behind that place meanwhile, on either side', async () => {
    const documents = Array.from({ length: COUNT }, (_, n) => ({ _id: n as never, name: `item ${n}` }));
    for (const db of [world.atlas, world.a.local]) await db.collection('items').insertMany(documents);
    // A start waits for its first comparison a while: a quick machine is done before it answers.
    const [first] = await Promise.all([cutBehind(0), a.sync.start()]);
    expect(first).toBeLessThan(COUNT - 1_000);
    await items.updateOne({ _id: 3 as never }, { $set: { name: 'edited by hand on Atlas' } });
    await items.deleteOne({ _id: 4 as never });
    await a.Item.collection.updateOne({ _id: 5 as never }, { $set: { name: 'edited past capture' } });
    await items.insertOne({ _id: -1 as never, name: 'inserted before all others' });
    await link.heal();
    const second = await cutBehind(first);
    await a.end();
    const again = await world.a.open();
    await again.sync.start();
    await waitFor(() => again.sync.status().pushOpen, { what: 'all to be compared', timeoutMs: 60_000 });
    await again.sync.idle();

    const [run, ...others] = await again.sync.fullSyncs.list();
    expect(others).toEqual([]);
    expect(run?.state).toBe('completed');
    const compared = run?.collections.find(({ collection }) => collection === 'items')?.comparedCount;
    expect(second).toBeGreaterThan(first);
    expect(compared).toBeGreaterThanOrEqual(COUNT - 1);
    expect(compared).toBeLessThan(COUNT + PAGE);
    const local = world.a.local.collection('items');
    const nameOf = async (_id: number) => (await local.findOne({ _id: _id as never }))?.['name'] as unknown;
    await waitFor(async () => (await nameOf(4)) === undefined, { what: 'the deletion on Atlas' });
    expect(await nameOf(3)).toBe('edited by hand on Atlas');
    expect(await nameOf(-1)).toBe('inserted before all others');
    await waitFor(
      async () => (await items.findOne({ _id: 5 as never }))?.['name'] === 'edited past capture',
      { what: 'the edit on Local' },
    );
    const check = await again.sync.fullSync({ collections: ['items'], dryRun: true });
    expect(check.collections[0]).toMatchObject({ comparedCount: COUNT, differentCount: 0 });
  }, 120_000);
});
