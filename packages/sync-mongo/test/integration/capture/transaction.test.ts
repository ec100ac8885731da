import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CapturedWorld, dirtyOf, openCapturedWorld } from './captured-world.js';
import { passedOn } from './passed-on.js';
import { billModel, idOf, seeds } from './scenarios.js';

describe('a transaction of the application', () => {
  let world: CapturedWorld;
  beforeAll(async () => {
    world = await openCapturedWorld('replicaSet');
    const db = world.captured.client.db('with_capture');
    await db.createCollection('_sync_tombstones');
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    await world.captured.empty();
    await world.captured.client.db('with_capture').collection('bills').insertMany(seeds());
    world.captured.announced.length = 0;
  });

  it('marks and records what it writes when it commits, and tells of it when it is over', async () => {
    const { captured } = world;
    const bills = billModel(captured.mongoose);
    const session = await captured.mongoose.startSession();
    await session.withTransaction(async () => {
      await bills.updateOne({ _id: idOf(1) }, { total: 1 }, { session });
      await bills.replaceOne({ _id: idOf(9) }, { number: 'new' }, { session, upsert: true });
      expect((await bills.deleteOne({ _id: idOf(2) }, { session })).deletedCount).toBe(1);
      expect((await bills.deleteMany({ _id: idOf(3) }, { session })).deletedCount).toBe(1);
      expect((await captured.stored('bills')).map(dirtyOf)).toEqual([undefined, undefined, undefined]);
      expect(captured.announced).toEqual([]);
    });
    await session.endSession();
    expect((await captured.stored('bills')).map(dirtyOf)).toEqual([expect.any(String), expect.any(String)]);
    expect(await captured.stored('_sync_tombstones')).toHaveLength(2);
    expect(captured.announced.map(({ collection }) => collection)).toEqual(['bills']);
  });

  it('leaves nothing when it aborts', async () => {
    const { captured } = world;
    const bills = billModel(captured.mongoose);
    const before = await captured.stored('bills');
    const failed = captured.mongoose.connection.transaction(async (session) => {
      await bills.create([{ number: 'x', total: 1 }], { session });
      await bills.updateMany({}, { total: 7 }, { session });
      await bills.bulkWrite([{ deleteOne: { filter: { _id: idOf(1) } } }, { deleteMany: { filter: {} } }], {
        session,
      });
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await captured.stored('bills')).toEqual(before);
    expect(await captured.stored('_sync_tombstones')).toEqual([]);
  });

  it('is captured with the session that Mongoose passes by itself', async () => {
    const { captured } = world;
    const bills = billModel(captured.mongoose);
    const failed = passedOn(captured.mongoose, () =>
      captured.mongoose.connection.transaction(async () => {
        await bills.deleteOne({ _id: idOf(1) });
        await bills.updateOne({ _id: idOf(2) }, { total: 0 });
        throw new Error('changed my mind');
      }),
    );
    await expect(failed).rejects.toThrow('changed my mind');
    expect((await captured.stored('bills')).map(dirtyOf)).toEqual([undefined, undefined, undefined]);
    expect(await captured.stored('_sync_tombstones')).toEqual([]);
  });
});
