import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type HydratedDocument } from 'mongoose';
import { type ConflictStrategy } from '../../../src/index.js';
import { type BranchProcess, type Item, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

/** Amounts add up, tags are united, and a document named so makes the strategy fail. */
const strategy: ConflictStrategy = (local, atlas) => {
  if (local['name'] === 'fails') throw new RangeError('this strategy fails');
  if (local['name'] === 'ours') return 'local';
  const tags = [...new Set([...(local['tags'] as string[]), ...(atlas['tags'] as string[])])].toSorted();
  return { ...atlas, tags };
};

beforeAll(async () => {
  world = await startTwoBranches();
  const conflict = { items: strategy };
  [a, b] = [await world.a.open({ conflict }), await world.b.open({ conflict })];
  await a.sync.start();
  await b.sync.start();
});
afterAll(async () => world.stop());

async function shared(name: string): Promise<HydratedDocument<Item>> {
  const item = await a.Item.create({ name, n: 0, tags: ['old'] });
  await waitFor(() => b.Item.exists({ _id: item._id }), { what: `${name} to be everywhere` });
  await a.sync.idle();
  return item;
}

/** Both branches write the document, neither having seen the other. */
async function contest(item: HydratedDocument<Item>): Promise<void> {
  for (const { sync } of [a, b]) await sync.pause();
  await a.Item.updateOne({ _id: item._id }, { $push: { tags: 'of a' }, n: 1 });
  await b.Item.updateOne({ _id: item._id }, { $push: { tags: 'of b' }, n: 2 });
  for (const { sync } of [a, b]) await sync.resume();
  for (const { sync } of [a, b]) await sync.idle();
  await world.equal();
  await world.equal('_sync_conflicts');
}

async function keptOf(item: HydratedDocument<Item>) {
  const kept = await b.sync.conflicts.list();
  return kept.filter(({ documentId }) => documentId.endsWith(String(item._id)));
}

describe('a strategy for conflicts', () => {
  it('merges both writes, on every side, and both states are kept', async () => {
    const item = await shared('merged');
    const told: unknown[] = [];
    for (const { sync } of [a, b]) sync.on('conflict', (event) => told.push(event.reason));
    await contest(item);
    expect(told).toEqual(['merged']);
    for (const { Item } of [a, b]) {
      expect((await Item.findById(item._id).lean())?.tags?.toSorted()).toEqual(['of a', 'of b', 'old']);
    }
    const kept = await keptOf(item);
    expect(kept.map(({ loser, reason, strategy: by }) => `${loser} ${reason} ${by}`).toSorted()).toEqual([
      'atlas merged custom',
      'local merged custom',
    ]);
    const stats = [a, b].map(({ sync }) => sync.conflicts.stats());
    expect(stats.reduce((sum, { mergedCount }) => sum + mergedCount, 0)).toBe(1);
  });

  it('chooses a side, whichever came first', async () => {
    const item = await shared('ours');
    await contest(item);
    const [kept, ...others] = await keptOf(item);
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ loser: 'atlas', reason: 'concurrent-update', failure: null });
  });

  it("that fails has Atlas' version stand, recorded, and nothing stops", async () => {
    const item = await shared('fails');
    await contest(item);
    const [kept] = await keptOf(item);
    expect(kept).toMatchObject({ loser: 'local', strategy: 'custom', failure: 'RangeError' });
    const next = await a.Item.create({ name: 'after the failure' });
    await waitFor(() => b.Item.exists({ _id: next._id }), { what: 'the next document' });
  });

  it('keeps what a restored state overwrites, as any other write does', async () => {
    const item = await shared('restored');
    await contest(item);
    const [kept] = await keptOf(item);
    await a.sync.conflicts.restore(kept?.id ?? '');
    await a.sync.idle();
    await b.sync.idle();
    await world.equal();
    const full = await a.sync.conflicts.get(kept?.id ?? '');
    expect(await b.Item.findById(item._id).lean()).toMatchObject({ tags: (full?.document as Item).tags });
  });
});
