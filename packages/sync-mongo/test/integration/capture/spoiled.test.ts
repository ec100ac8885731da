import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClientSession, UUID } from 'mongodb';
import { type Model, type Mongoose } from 'mongoose';
import {
  type Application,
  type CapturedWorld,
  contentOf,
  dirtyOf,
  metaIn,
  openCapturedWorld,
} from './captured-world.js';
import { observe, textOf } from './observation.js';
import { type Bill, billModel, idOf, seedBills } from './scenarios.js';

/** What a foreign hand may leave where the metadata was. */
const garbage: readonly unknown[] = ['x', null, 7, [], [{ dirty: new UUID() }], [1, 'two']];

interface SpoiledWrite {
  readonly does: string;
  /** Those of the seeds that it writes; those it inserts are marked as any other. */
  readonly writes: readonly number[];
  readonly run: (bills: Model<Bill>, session?: ClientSession) => unknown;
}

const within = (session: ClientSession | undefined) => ({ ...(session && { session }) });
const raw = (session: ClientSession | undefined) => ({ ...within(session), updatePipeline: true });
const update = { $inc: { total: 1 }, $push: { lines: { name: 'cake', price: 4 } } };
const writes: readonly SpoiledWrite[] = [
  {
    does: 'updates one',
    writes: [1],
    run: (bills, session) => bills.updateOne({ _id: idOf(1) }, update, within(session)),
  },
  {
    does: 'updates one by a pipeline',
    writes: [1],
    run: (bills, session) => bills.updateOne({ _id: idOf(1) }, [{ $set: { total: 99 } }], raw(session)),
  },
  {
    does: 'updates many',
    writes: [1, 2, 3],
    run: (bills, session) => bills.updateMany({ total: { $gte: 10 } }, update, within(session)),
  },
  {
    does: 'updates many by a pipeline',
    writes: [1, 2, 3],
    run: (bills, session) =>
      bills.updateMany({}, [{ $set: { total: { $add: ['$total', 1] } } }], raw(session)),
  },
  {
    does: 'updates many with an upsert that matches',
    writes: [2, 3],
    run: (bills, session) =>
      bills.updateMany({ total: { $gt: 10 } }, update, { upsert: true, ...within(session) }),
  },
  {
    does: 'finds one and updates it',
    writes: [1],
    run: (bills, session) => bills.findOneAndUpdate({ number: 'B-1' }, update, within(session)).lean(),
  },
  {
    does: 'finds one by order and updates it',
    writes: [3],
    run: (bills, session) =>
      bills
        .findOneAndUpdate(
          {},
          { note: 'dearest' },
          { sort: { total: -1 }, returnDocument: 'after', ...within(session) },
        )
        .lean(),
  },
  {
    does: 'replaces one',
    writes: [1],
    run: (bills, session) => bills.replaceOne({ _id: idOf(1) }, { number: 'B-1', total: 5 }, within(session)),
  },
  {
    does: 'saves a loaded document',
    writes: [2],
    run: async (bills, session) => {
      const found = await bills.findById(idOf(2), null, within(session)).orFail();
      return found.set({ total: 77 }).save({ ...(session && { session }) });
    },
  },
  {
    does: 'writes a bulk in order',
    writes: [1, 2, 3],
    run: (bills, session) =>
      bills.bulkWrite(
        [
          { updateOne: { filter: { _id: idOf(1) }, update } },
          { insertOne: { document: { _id: idOf(7), number: 'B-7', total: 7, lines: [] } } },
          { updateOne: { filter: { _id: idOf(2) }, update } },
          { updateMany: { filter: { total: { $gte: 10 } }, update } },
        ],
        { ...(session && { session }) },
      ),
  },
  {
    does: 'writes a bulk without an order',
    writes: [1, 2, 3],
    run: (bills, session) =>
      bills.bulkWrite(
        [
          { updateMany: { filter: { number: { $in: ['B-1', 'B-2'] } }, update } },
          { updateOne: { filter: { _id: idOf(9) }, update: { $set: { note: 'new' } }, upsert: true } },
          { replaceOne: { filter: { _id: idOf(3) }, replacement: { number: 'B-3', total: 30, lines: [] } } },
        ],
        { ordered: false, ...(session && { session }) },
      ),
  },
  {
    does: 'writes a bulk that fails on its way',
    writes: [1],
    run: (bills) =>
      bills.bulkWrite([
        { updateOne: { filter: { _id: idOf(1) }, update } },
        { insertOne: { document: { _id: idOf(3), number: 'again', total: 7, lines: [] } } },
        { updateOne: { filter: { _id: idOf(2) }, update } },
      ]),
  },
  {
    does: 'updates many, where a field of its own is no document',
    writes: [],
    run: (bills) => bills.updateMany({}, { $set: { 'note.deep': 1 } }, { strict: false }),
  },
  {
    does: 'deletes one',
    writes: [],
    run: (bills, session) => bills.deleteOne({ _id: idOf(1) }, within(session)),
  },
  { does: 'deletes many', writes: [], run: (bills, session) => bills.deleteMany({}, within(session)) },
];

describe('documents whose metadata a foreign hand has spoiled', () => {
  let world: CapturedWorld;
  beforeAll(async () => {
    world = await openCapturedWorld('replicaSet');
  });
  afterAll(() => world.stop());
  beforeEach(() => seedBills(world));

  const spoilBy = async (meta: unknown): Promise<void> => {
    const bills = world.captured.client.db('with_capture').collection('bills');
    await bills.updateMany({}, { $set: { _syncMeta: meta } });
  };
  const expectHealed = async (ids: readonly number[]): Promise<void> => {
    const stored = await world.captured.stored('bills');
    expect(textOf(stored.map(contentOf))).toBe(textOf(await world.plain.stored('bills')));
    const written = stored.filter(({ _id }) => ids.some((n) => idOf(n).equals(_id as never)));
    expect(written).toHaveLength(ids.length);
    for (const document of written) {
      expect(Object.keys(metaIn(document))).toEqual(['dirty']);
      expect(dirtyOf(document)).toEqual(expect.any(String));
    }
  };

  describe.each(writes)('an application that $does', ({ run, writes: ids }) => {
    it.each(garbage)(
      'does as without sync where it is %j, and what it writes is sound again',
      async (meta) => {
        await spoilBy(meta);
        const seenBy = ({ mongoose }: Application): Promise<string> =>
          observe(() => run(billModel(mongoose)));
        expect(await seenBy(world.captured)).toBe(await seenBy(world.plain));
        await expectHealed(ids);
      },
    );
  });

  it.each(writes.filter(({ does }) => !does.includes('fails') && !does.includes('no document')))(
    'in a transaction that $does: it is tried again, and goes through',
    async ({ run, writes: ids }) => {
      await spoilBy('x');
      const transact = (mongoose: Mongoose): Promise<unknown> =>
        mongoose.connection.transaction(async (session) => {
          await run(billModel(mongoose), session);
        });
      await transact(world.captured.mongoose);
      await transact(world.plain.mongoose);
      await expectHealed(ids);
    },
  );

  it('does not write a document twice that it had written before it met one that is spoiled', async () => {
    const bills = world.captured.client.db('with_capture').collection('bills');
    await bills.updateOne({ _id: idOf(3) }, { $set: { _syncMeta: 'x' } });
    const result = await billModel(world.captured.mongoose).updateMany({}, { $inc: { total: 1 } });
    expect(result).toMatchObject({ matchedCount: 3, modifiedCount: 3 });
    const totals = (await world.captured.stored('bills')).map(({ total }) => total as number);
    expect(totals).toEqual([11, 21, 31]);
  });
});
