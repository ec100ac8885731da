import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDatabases, type BranchDatabases } from '@bomba/sync-testkit';
import { type Db, UUID } from 'mongodb';
import { type Model, Mongoose, Schema } from 'mongoose';
import { attach, metaIn } from './captured-world.js';

interface Bill {
  _id: number;
  note: string;
}

const STAMP = new UUID('01900000-0000-7000-8000-000000000001').toBinary();

describe('a delete that the server refuses half-way', () => {
  let databases: BranchDatabases;
  let mongoose: Mongoose;
  let bills: Model<Bill>;
  let db: Db;

  beforeAll(async () => {
    databases = await startDatabases({ branches: 1, topology: 'standalone', atlas: false });
    mongoose = new Mongoose({ autoIndex: false, autoCreate: false });
    bills = mongoose.model<Bill>('Bill', new Schema<Bill>({ _id: Number, note: String }), 'bills');
    attach(mongoose);
    await mongoose.connect(databases.branches[0]?.uri ?? '');
    db = mongoose.connection.getClient().db(mongoose.connection.name);
    await db.createCollection('_sync_tombstones', { validator: { collection: 'none is valid' } });
  });
  afterAll(async () => {
    await mongoose.disconnect();
    await databases.stop();
  });

  it.each([
    ['of one', 1, () => bills.deleteOne({ _id: 1 })],
    ['of many', 3, () => bills.deleteMany()],
    ['that returns the document', 1, () => bills.findOneAndDelete({ _id: 1 })],
    ['in bulk', 2, () => bills.bulkWrite([1, 2].map((_id) => ({ deleteOne: { filter: { _id } } })))],
  ])('%s fails, and leaves documents that are written, not marked', async (_, markedCount, remove) => {
    await db.collection('bills').deleteMany({});
    const documents = [1, 2, 3].map((_id) => ({ _id, note: 'here', _syncMeta: { stamp: STAMP } }));
    await db.collection('bills').insertMany(documents as never[]);
    await expect(remove()).rejects.toMatchObject({ code: 121 });
    const stored = await db.collection('bills').find().sort({ _id: 1 }).toArray();
    expect(stored).toMatchObject(documents);
    const marks = stored.map((document) => Object.keys(metaIn(document)).sort().join(' '));
    expect(marks).toEqual([1, 2, 3].map((n) => (n <= markedCount ? 'dirty stamp' : 'stamp')));
  });
});
