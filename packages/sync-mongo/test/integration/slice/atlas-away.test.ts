import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type HydratedDocument } from 'mongoose';
import { type BranchProcess, type Item, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await world.a.open(), await world.b.open()];
  await a.sync.start();
  await b.sync.start();
});
beforeEach(async () => world.databases.atlas.start());
afterAll(async () => world.stop());

/** A document that all three sides hold. */
async function shared(name: string): Promise<HydratedDocument<Item>> {
  const item = await a.Item.create({ name, n: 0 });
  await waitFor(() => b.Item.exists({ _id: item._id }), { what: `${name} to be everywhere` });
  await a.sync.idle();
  return item;
}

/** Has Atlas go away while `work` is done, and waits until all sides are equal again. */
async function whileAway(work: () => Promise<void>): Promise<void> {
  await world.databases.atlas.stop();
  await work();
  await world.databases.atlas.start();
  for (const { sync } of [a, b]) await sync.idle();
  await world.equal();
  await world.equal('_sync_conflicts');
}

/** The conflicts about a document, as both branches list them. */
async function conflictsOf(id: unknown) {
  const lists = await Promise.all([a, b].map(({ sync }) => sync.conflicts.list()));
  return lists.map((list) => list.filter(({ documentId }) => documentId.endsWith(String(id))));
}

/** The next write gets a later millisecond than all before it, so that its time alone makes it the later one. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  await waitFor(() => Date.now() > now, { what: 'the next millisecond', everyMs: 1 });
}

describe('while Atlas is away', () => {
  it('the application works on, and what it wrote arrives when Atlas is back', async () => {
    const [edited, deleted] = [await shared('edited'), await shared('deleted')];
    let created: HydratedDocument<Item> | undefined;
    await whileAway(async () => {
      created = await a.Item.create({ name: 'created offline' });
      await a.Item.updateOne({ _id: edited._id }, { n: 1 });
      await a.Item.deleteOne({ _id: deleted._id });
      await waitFor(() => a.sync.status().state === 'degraded', { what: 'the status to say so' });
      expect((await a.sync.health()).status).toBe('degraded');
    });
    expect(await b.Item.findById(created?._id).lean()).toMatchObject({ name: 'created offline' });
    expect(await b.Item.findById(edited._id).lean()).toMatchObject({ n: 1 });
    expect(await b.Item.findById(deleted._id).lean()).toBeNull();
    expect(a.sync.status()).toMatchObject({ state: 'running', atlas: 'connected', pushOpen: true });
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ] as const)(
    'of edits of both branches the later one stands, where %s edits first, and the other is kept',
    async (first, second) => {
      const processes = { a, b };
      const item = await shared('contested');
      await whileAway(async () => {
        await processes[first].Item.updateOne({ _id: item._id }, { name: 'earlier' });
        await nextMillisecond();
        await processes[second].Item.updateOne({ _id: item._id }, { name: 'later' });
      });
      for (const { Item } of [a, b])
        expect(await Item.findById(item._id).lean()).toMatchObject({ name: 'later' });
      for (const conflicts of await conflictsOf(item._id)) {
        expect(conflicts).toHaveLength(1);
        expect(conflicts[0]).toMatchObject({ collection: 'items', reason: 'concurrent-update' });
        const kept = await b.sync.conflicts.get(conflicts[0]?.id ?? '');
        expect(kept?.document).toMatchObject({ name: 'earlier' });
      }
    },
  );

  it('a later edit brings back what the other branch deleted', async () => {
    const item = await shared('deleted, then edited');
    await whileAway(async () => {
      await a.Item.deleteOne({ _id: item._id });
      await nextMillisecond();
      await b.Item.updateOne({ _id: item._id }, { name: 'edited later' });
    });
    for (const { Item } of [a, b])
      expect(await Item.findById(item._id).lean()).toMatchObject({ name: 'edited later' });
  });

  it('a later deletion stands over an edit, which is kept', async () => {
    const item = await shared('edited, then deleted');
    await whileAway(async () => {
      await b.Item.updateOne({ _id: item._id }, { name: 'edited earlier' });
      await nextMillisecond();
      await a.Item.deleteOne({ _id: item._id });
    });
    for (const { Item } of [a, b]) expect(await Item.exists({ _id: item._id })).toBeNull();
    for (const conflicts of await conflictsOf(item._id)) {
      expect(conflicts).toHaveLength(1);
      expect((await a.sync.conflicts.get(conflicts[0]?.id ?? ''))?.document).toMatchObject({
        name: 'edited earlier',
      });
    }
  });

  it('of many edits each loses to its later deletion, whichever branch comes first', async () => {
    const items = await Promise.all(Array.from({ length: 20 }, (_, n) => shared(`one of many ${n}`)));
    const ids = items.map(({ _id }) => _id);
    await whileAway(async () => {
      await b.Item.updateMany({ _id: { $in: ids } }, { name: 'edited earlier' });
      await nextMillisecond();
      await a.Item.deleteMany({ _id: { $in: ids } });
    });
    for (const { Item } of [a, b]) expect(await Item.countDocuments({ _id: { $in: ids } })).toBe(0);
    for (const branch of [a, b]) {
      const kept = await branch.sync.conflicts.list();
      expect(kept.filter(({ documentId }) => ids.some((id) => documentId.endsWith(String(id))))).toHaveLength(
        ids.length,
      );
    }
  });

  it('an insert that had not seen a later deletion by another branch does not bring the key back', async () => {
    const { _id } = new a.Item();
    await whileAway(async () => {
      await b.Item.create({ _id, name: 'of b' });
      await a.Item.create({ _id, name: 'of a' });
      await nextMillisecond();
      await a.Item.deleteOne({ _id });
    });
    for (const { Item } of [a, b]) expect(await Item.exists({ _id })).toBeNull();
  });

  it('deletions by both branches are one deletion, and no conflict', async () => {
    const item = await shared('deleted twice');
    await whileAway(async () => {
      for (const { Item } of [a, b]) await Item.deleteOne({ _id: item._id });
    });
    for (const { Item } of [a, b]) expect(await Item.exists({ _id: item._id })).toBeNull();
    expect(await conflictsOf(item._id)).toEqual([[], []]);
  });

  it('a document that is deleted and created anew is the new one everywhere', async () => {
    const { _id } = await shared('old');
    await whileAway(async () => {
      await a.Item.deleteOne({ _id });
      await a.Item.create({ _id, name: 'new' });
    });
    expect(await b.Item.findById(_id).lean()).toEqual(await a.Item.findById(_id).lean());
    expect(await b.Item.findById(_id).lean()).toMatchObject({ name: 'new' });
  });

  it('inserts of one _id by both branches are settled as edits are', async () => {
    const { _id } = new a.Item();
    await whileAway(async () => {
      await a.Item.create({ _id, name: 'of a' });
      await nextMillisecond();
      await b.Item.create({ _id, name: 'of b' });
    });
    for (const { Item } of [a, b]) expect(await Item.findById(_id).lean()).toMatchObject({ name: 'of b' });
    for (const conflicts of await conflictsOf(_id)) expect(conflicts).toHaveLength(1);
  });
});

describe('a branch that starts while Atlas is away', () => {
  it('starts at once, takes writes, and catches up by itself when Atlas comes', async () => {
    await a.end();
    await world.databases.atlas.stop();
    a = await world.a.open();
    const report = await a.sync.start();
    expect(report).toMatchObject({ atlas: 'absent', collections: ['items'], refused: [] });
    expect(report.warnings).toHaveLength(1);
    const mine = await a.Item.create({ name: 'written before Atlas was seen' });
    const theirs = await b.Item.create({ name: 'of the other branch' });
    await world.databases.atlas.start();
    await waitFor(
      async () => (await b.Item.exists({ _id: mine._id })) && (await a.Item.exists({ _id: theirs._id })),
      {
        what: 'both to arrive',
      },
    );
    await world.equal();
  });
});
