import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { type Collection, type Document, UUID } from 'mongodb';
import { type Model, Mongoose, Schema } from 'mongoose';
import { attach, dirtyOf, metaIn } from './captured-world.js';
import { type Interference, interruptible } from './interruptible.js';

interface Bill {
  _id: number;
  name: string;
}

const STAMP = new UUID('01900000-0000-7000-8000-000000000001').toBinary();
const nothing: Interference = () => undefined;

describe('an upsert by replacement', () => {
  let databases: BranchDatabases;
  let mongoose: Mongoose;
  let bills: Model<Bill>;
  let raw: Collection<Document & { _id: number }>;
  let interfere: Interference = nothing;

  beforeAll(async () => {
    databases = await startDatabases({ branches: 1, topology: 'standalone', atlas: false });
    const [server] = databases.branches;
    await server?.provision(['bills']);
    mongoose = new Mongoose({ autoIndex: false, autoCreate: false });
    bills = mongoose.model<Bill>(
      'Bill',
      new Schema<Bill>({ _id: Number, name: String }, { versionKey: false }),
    );
    interruptible(bills, (method) => interfere(method));
    attach(mongoose);
    await mongoose.connect(server?.uri ?? '');
    raw = mongoose.connection.getClient().db(mongoose.connection.name).collection('bills') as never;
  });
  afterAll(async () => {
    await mongoose.disconnect();
    await databases.stop();
  });
  beforeEach(async () => {
    interfere = nothing;
    await raw.deleteMany({});
  });

  const comesBetween = (document: Document): void => {
    interfere = async () => {
      interfere = nothing;
      await raw.insertOne(document as never);
    };
  };

  /** Acts once, between the look of a bulk and what it then does. */
  const afterTheLook = (act: () => Promise<void>): void => {
    const driver = (bills.collection as unknown as { _getCollection(): Collection })._getCollection();
    const find = driver.find.bind(driver);
    Object.assign(driver, {
      find: (...args: Parameters<typeof find>) => {
        Object.assign(driver, { find });
        const cursor = find(...args);
        const toArray = cursor.toArray.bind(cursor);
        const look = async (): Promise<Document[]> => {
          const found = await toArray();
          await act();
          return found;
        };
        return Object.assign(cursor, { toArray: look });
      },
    });
  };

  it('inserts once where many do it at the same time', async () => {
    const upserts = Array.from({ length: 20 }, (_, n) =>
      bills.replaceOne({ _id: 1 }, { name: `n${n}` }, { upsert: true }).exec(),
    );
    const results = await Promise.all(upserts);
    expect(results.map(({ upsertedCount }) => upsertedCount).filter((count) => count > 0)).toEqual([1]);
    expect((await raw.find().toArray()).map(dirtyOf)).toEqual([expect.any(String)]);
  });

  it.each([
    ['from Atlas', { stamp: STAMP, version: 3 }],
    ['of another process', { dirty: STAMP }],
  ])('keeps the metadata of a document %s that came between its two steps', async (_, _syncMeta) => {
    comesBetween({ _id: 1, name: 'other', _syncMeta });
    const result = await bills.replaceOne({ _id: 1 }, { name: 'mine' }, { upsert: true });
    expect(result).toMatchObject({ matchedCount: 1, upsertedCount: 0 });
    const document = await raw.findOne();
    expect(document).toMatchObject({ name: 'mine' });
    expect(metaIn(document)).toEqual({ ..._syncMeta, dirty: expect.anything() });
    expect(dirtyOf(document)).not.toBe(STAMP.toString('hex'));
  });

  it('replaces what another process inserted between, also without an _id in its filter', async () => {
    comesBetween({ _id: 1, name: 'same', note: 'gone', _syncMeta: { dirty: STAMP } });
    const replacement = { name: 'same' } as Bill;
    expect(await bills.replaceOne({ name: 'same' }, replacement, { upsert: true })).toMatchObject({
      matchedCount: 1,
    });
    expect(await raw.countDocuments()).toBe(1);
    expect(await raw.findOne()).not.toHaveProperty('note');
  });

  it('gives up with the error of the server where its key is taken by what it does not match', async () => {
    await raw.insertOne({ _id: 1, name: 'other' });
    const upsert = bills.replaceOne({ _id: 1, name: 'none' }, { name: 'mine' }, { upsert: true });
    await expect(upsert).rejects.toMatchObject({ code: 11000 });
    expect(await bills.find().lean()).toEqual([{ _id: 1, name: 'other' }]);
  });

  it('returns what it inserted, in the order it was given', async () => {
    const found = await bills
      .findOneAndReplace({ _id: 1 }, { name: 'new' }, { upsert: true, returnDocument: 'after' })
      .lean();
    expect(found).toEqual({ _id: 1, name: 'new' });
    expect(Object.keys((await raw.findOne()) ?? {})).toEqual(['_id', 'name', '_syncMeta']);
  });

  it.each([[true], [false]])('in a bulk settles what came between or went, in order: %s', async (ordered) => {
    const _syncMeta = { stamp: STAMP };
    await raw.insertMany([1, 2].map((_id) => ({ _id, name: 'old', _syncMeta })));
    afterTheLook(async () => {
      await raw.deleteOne({ _id: 2 });
      await raw.insertOne({ _id: 4, name: 'other', _syncMeta });
    });
    const operations = [1, 2, 3, 4, 5].map((_id) => ({
      replaceOne: { filter: { _id }, replacement: { name: `new ${_id}` }, upsert: true },
    }));
    const result = await bills.bulkWrite(operations as never, { ordered });
    expect(result).toMatchObject({ matchedCount: 2, upsertedCount: 3, upsertedIds: { 1: 2, 2: 3, 4: 5 } });
    const stored = await raw.find().sort({ _id: 1 }).toArray();
    expect(stored.map(({ name }) => name as unknown)).toEqual([1, 2, 3, 4, 5].map((n) => `new ${n}`));
    expect(stored.map((document) => metaIn(document)['stamp'])).toEqual([
      ...[STAMP, undefined, undefined, STAMP, undefined],
    ]);
    expect(new Set(stored.map(dirtyOf)).size).toBe(5);
  });
});
