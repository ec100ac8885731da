import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let processes: Readonly<Record<'a' | 'b', BranchProcess>>;

beforeAll(async () => {
  world = await startTwoBranches();
  processes = { a: await world.a.open(), b: await world.b.open() };
  for (const { sync } of [processes.a, processes.b]) expect((await sync.start()).atlas).toBe('connected');
});
afterAll(async () => world.stop());

describe.each([
  ['a', 'b'],
  ['b', 'a'],
] as const)('what branch %s writes', (from, to) => {
  const [here, there] = [(): BranchProcess => processes[from], (): BranchProcess => processes[to]];
  const arrives = (id: unknown, content: object | null): Promise<unknown> =>
    waitFor(
      async () => {
        const found = await there().Item.findById(id).lean();
        return content === null ? found === null : found !== null && isPart(content, found);
      },
      { what: `${JSON.stringify(content)} to arrive` },
    );

  it('arrives when it is created, saved, updated, replaced and deleted', async () => {
    const item = await here().Item.create({ name: 'قهوة', n: 1, tags: ['hot'] });
    await arrives(item._id, { name: 'قهوة', n: 1 });
    item.n = 2;
    await item.save();
    await arrives(item._id, { name: 'قهوة', n: 2 });
    await here().Item.updateOne({ _id: item._id }, { $inc: { n: 5 }, $push: { tags: 'new' } });
    await arrives(item._id, { n: 7, tags: ['hot', 'new'] });
    await here().Item.replaceOne({ _id: item._id }, { name: 'tea' });
    await arrives(item._id, { name: 'tea' });
    expect((await there().Item.findById(item._id).lean())?.n).toBeUndefined();
    await here().Item.findOneAndUpdate({ _id: item._id }, { n: 9 });
    await arrives(item._id, { name: 'tea', n: 9 });
    await here().Item.deleteOne({ _id: item._id });
    await arrives(item._id, null);
    await waitFor(async () => (await world.atlas.collection('items').findOne({ _id: item._id })) === null, {
      what: 'it to be gone from Atlas',
    });
  });

  it('arrives when it is written in bulk', async () => {
    const items = await here().Item.insertMany(
      Array.from({ length: 50 }, (_, n) => ({ name: `bulk ${from}`, n })),
    );
    const all = { _id: { $in: items.map(({ _id }) => _id) } };
    await here().Item.updateMany(all, { $inc: { n: 100 } });
    await here().Item.bulkWrite([
      { updateOne: { filter: { _id: items[0]?._id }, update: { $set: { name: 'first' } } } },
      { deleteOne: { filter: { _id: items[1]?._id } } },
    ]);
    await waitFor(
      async () =>
        (await there().Item.countDocuments({ ...all, n: { $gte: 100 } })) === 49 &&
        (await there().Item.countDocuments({ ...all, name: 'first' })) === 1,
      { what: 'the bulk to arrive' },
    );
    await here().Item.deleteMany(all);
    await waitFor(async () => (await there().Item.countDocuments(all)) === 0, { what: 'all to be gone' });
  });

  it('arrives again when it is deleted and created anew under the same _id', async () => {
    const { _id } = await here().Item.create({ name: 'one' });
    await arrives(_id, { name: 'one' });
    await here().Item.deleteOne({ _id });
    await here().Item.create({ _id, name: 'two' });
    await arrives(_id, { name: 'two' });
    await here().Item.deleteOne({ _id });
    await arrives(_id, null);
    await here().Item.create({ _id, name: 'three' });
    await arrives(_id, { name: 'three' });
    await world.equal();
  });
});

describe('all sides', () => {
  it('hold the same bytes after writes from everywhere, and show no metadata', async () => {
    const made = await Promise.all(
      [processes.a, processes.b].flatMap(({ Item }) =>
        Array.from({ length: 20 }, (_, n) =>
          Item.create({ name: `mixed ${n}`, n, ...(n % 2 === 0 && { tags: [] }) }),
        ),
      ),
    );
    const half = made.filter((_, i) => i % 2 === 0).map(({ _id }) => _id);
    await processes.a.Item.updateMany({ _id: { $in: half } }, { $inc: { n: 1 } });
    await processes.b.Item.updateMany({ _id: { $nin: half } }, { $set: { name: 'other half' } });
    for (const { sync } of [processes.a, processes.b]) await sync.idle();
    await world.equal();
    expect(await processes.b.Item.findById(made[0]?._id).lean()).not.toHaveProperty('_syncMeta');
  });

  it('fall silent: without writes nothing is applied any more', async () => {
    for (const { sync } of [processes.a, processes.b]) await sync.idle();
    const counts = (): unknown =>
      [processes.a, processes.b].map(({ sync }) => {
        const { push, pull } = sync.status();
        return [push.appliedCount, pull.appliedCount];
      });
    await world.equal();
    const before = counts();
    // Two markers each have gone round: whatever an echo could set off has been seen.
    for (const { sync } of [processes.a, processes.b, processes.a, processes.b]) await sync.idle();
    expect(counts()).toEqual(before);
  });
});

function isPart(content: object, found: object): boolean {
  return Object.entries(content).every(
    ([field, value]) => JSON.stringify((found as Record<string, unknown>)[field]) === JSON.stringify(value),
  );
}
