import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { backUp, restore } from './backup.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
});
afterAll(async () => world.stop());
beforeEach(async () => {
  [a, b] = [await started('a'), await started('b')];
});
afterEach(async () => {
  for (const process of [a, b]) await process.end();
});

async function started(branch: 'a' | 'b'): Promise<BranchProcess> {
  const process = await world[branch].open();
  await process.sync.start();
  return process;
}

async function rest(): Promise<void> {
  for (const { sync } of [a, b]) await sync.idle();
  await world.equal();
  await world.equal('_sync_conflicts');
}

describe('a Local that lost its last moments', () => {
  it('is noticed, gets a new name, and nothing on Atlas is overwritten without a record', async () => {
    const [edited, deleted, untouched] = await b.Item.create([
      { name: 'edited' },
      { name: 'deleted' },
      { name: 'untouched' },
    ]);
    await rest();
    const nameBefore = b.sync.status().instanceId;
    await b.end();
    const backup = await backUp(world.b.local);
    b = await started('b');
    await b.Item.updateOne({ _id: edited?._id }, { name: 'edited, then lost here' });
    await b.Item.deleteOne({ _id: deleted?._id });
    const created = await b.Item.create({ name: 'created, then lost here' });
    await rest();
    await b.end();

    await restore(world.b.local, backup);
    b = await world.b.open();
    await b.Item.updateOne({ _id: edited?._id }, { name: 'edited anew, not having seen it' });
    await b.sync.start();
    await waitFor(() => b.sync.status().instanceId !== nameBefore, { what: 'a new name' });
    await rest();
    for (const { Item } of [a, b]) {
      expect(await Item.findById(created._id).lean()).toMatchObject({ name: 'created, then lost here' });
      expect(await Item.exists({ _id: deleted?._id })).toBeNull();
      expect(await Item.findById(untouched?._id).lean()).toMatchObject({ name: 'untouched' });
      expect(await Item.findById(edited?._id).lean()).toMatchObject({
        name: 'edited anew, not having seen it',
      });
    }
    const [kept] = (await a.sync.conflicts.list()).filter(({ documentId }) =>
      documentId.endsWith(String(edited?._id)),
    );
    const record = await a.sync.conflicts.get(kept?.id ?? '');
    expect(record?.document).toMatchObject({ name: 'edited, then lost here' });
  });

  it('may be a copy of another branch: the two go on as two, and all end equal', async () => {
    const shared = await a.Item.create({ name: 'of the original' });
    await rest();
    const original = a.sync.status().instanceId;
    for (const process of [a, b]) await process.end();
    await restore(world.b.local, await backUp(world.a.local));
    b = await started('b');
    a = await started('a');
    await a.Item.create({ name: 'written by the original' });
    await b.Item.create({ name: 'written by the copy' });
    await b.Item.updateOne({ _id: shared._id }, { name: 'edited by the copy' });
    await rest();
    for (const { Item } of [a, b]) {
      expect(await Item.countDocuments({ name: /^written by/ })).toBe(2);
      expect(await Item.findById(shared._id).lean()).toMatchObject({ name: 'edited by the copy' });
    }
    const names = [a, b].map(({ sync }) => sync.status().instanceId);
    expect(new Set([...names]).size).toBe(2);
    expect(names.filter((name) => name === original).length).toBeLessThanOrEqual(1);
  });
});
