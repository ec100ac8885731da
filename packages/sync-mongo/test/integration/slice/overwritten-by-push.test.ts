import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type StoredConflict } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { knownAtlas, standBeforeAtlas } from './stand-before-atlas.js';
import { type BranchProcess, type Item, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;
/** What a foreign hand does on Atlas right before a push arrives there. */
let beforePush: (() => Promise<unknown>) | null = null;

beforeAll(async () => {
  world = await startTwoBranches();
  standBeforeAtlas(async (collection) => {
    const act = collection === 'items' ? beforePush : null;
    if (act) beforePush = null;
    await act?.();
    return null;
  });
  [a, b] = [await world.a.open(knownAtlas(world)), await world.b.open(knownAtlas(world))];
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => {
  jest.restoreAllMocks();
  await world.stop();
});

const items = () => world.atlas.collection<Item>('items');
const keptOn = ({ sync }: BranchProcess): Promise<readonly StoredConflict[]> => sync.conflicts.list();

async function settled(): Promise<void> {
  await a.sync.idle({ timeoutMs: 20_000 });
  await b.sync.idle({ timeoutMs: 20_000 });
  await world.equal();
}

describe('a document that a foreign hand replaces on Atlas, marks and all, right before a push', () => {
  it('is overwritten, and kept as one record that every branch has', async () => {
    const item = await a.Item.create({ name: 'first' });
    await settled();
    beforePush = async () => {
      const found = await items().findOne({ _id: item._id });
      if (found) await items().replaceOne({ _id: item._id }, { ...found, name: 'by hand' });
    };
    await a.Item.updateOne({ _id: item._id }, { name: 'by a' });
    await settled();
    expect(await items().findOne({ _id: item._id })).toMatchObject({ name: 'by a' });
    for (const branch of [a, b])
      await waitFor(async () => (await keptOn(branch)).length > 0, { what: 'the record on each branch' });
    await world.equal('_sync_conflicts');
    for (const branch of [a, b]) {
      const [record, ...others] = await keptOn(branch);
      expect(others).toEqual([]);
      expect(record).toMatchObject({ loser: 'atlas', reason: 'concurrent-update', caution: true });
      expect((await branch.sync.conflicts.get(record?.id ?? ''))?.document).toMatchObject({
        name: 'by hand',
      });
    }
  }, 60_000);

  it('leaves no record where it is seen before anything is pushed', async () => {
    const before = (await keptOn(a)).length;
    const item = await a.Item.create({ name: 'first' });
    await settled();
    const found = await items().findOne({ _id: item._id });
    if (found) await items().replaceOne({ _id: item._id }, { ...found, name: 'by hand' });
    await waitFor(() => a.Item.exists({ name: 'by hand' }), { what: 'it to arrive' });
    await a.Item.updateOne({ _id: item._id }, { name: 'by a' });
    await settled();
    expect(await keptOn(a)).toHaveLength(before);
  }, 60_000);
});

describe('a document that a foreign hand edits in place while no branch is connected', () => {
  it('is seen before anything is pushed over it, and kept where what was written here is later', async () => {
    const item = await a.Item.create({ name: 'first' });
    await settled();
    for (const { sync } of [a, b]) await sync.stop();
    await items().updateOne({ _id: item._id }, { $set: { name: 'in place' } });
    await a.Item.updateOne({ _id: item._id }, { name: 'later' });
    for (const { sync } of [a, b]) await sync.start();
    await settled();
    expect(await items().findOne({ _id: item._id })).toMatchObject({ name: 'later' });
    const records = (await keptOn(a)).filter(({ documentId }) => documentId.endsWith(String(item._id)));
    expect(records).toMatchObject([{ loser: 'atlas', reason: 'concurrent-update' }]);
    const { document } = (await a.sync.conflicts.get(records[0]?.id ?? '')) ?? {};
    expect(document).toMatchObject({ name: 'in place' });
  }, 60_000);
});
