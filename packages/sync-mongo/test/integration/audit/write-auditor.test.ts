import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { silentLogger } from '@bomba/sync-core';
import { startDatabases, type BranchDatabases } from '@bomba/sync-testkit';
import { Mongoose, Schema } from 'mongoose';
import { createSync, type Sync } from '../../../src/index.js';

interface Bill {
  _id: number;
  note: string;
}

describe('the audit', () => {
  let databases: BranchDatabases;
  const opened: Mongoose[] = [];
  const error = jest.fn();
  const warn = jest.fn();
  const count = jest.fn();

  const open = async (monitorCommands: boolean): Promise<{ sync: Sync; mongoose: Mongoose }> => {
    const mongoose = new Mongoose({ autoIndex: false, autoCreate: false });
    opened.push(mongoose);
    const metrics = { count, gauge: () => undefined, observe: () => undefined };
    const logger = { ...silentLogger, error, warn };
    const sync = createSync({ mongoose, atlas: { uri: undefined }, audit: true, logger, metrics });
    mongoose.model<Bill>('Bill', new Schema<Bill>({ _id: Number, note: String }), 'bills');
    await mongoose.connect(databases.branches[0]?.uri ?? '', { monitorCommands });
    return { sync, mongoose };
  };

  beforeAll(async () => {
    databases = await startDatabases({ branches: 1, atlas: false });
  });
  afterEach(async () => {
    for (const mongoose of opened.splice(0)) {
      await mongoose.connection.db?.dropDatabase();
      await mongoose.disconnect();
    }
    jest.clearAllMocks();
  });
  afterAll(() => databases.stop());

  it('finds nothing in what models write', async () => {
    const { sync, mongoose } = await open(true);
    const bills = mongoose.model<Bill>('Bill');
    await bills.create({ _id: 1, note: 'a' });
    await bills.insertMany([2, 3, 4].map((_id) => ({ _id, note: 'a' })));
    await bills.updateMany({}, { note: 'b' });
    await bills.replaceOne({ _id: 2 }, { note: 'c' }, { upsert: true });
    await bills.bulkWrite([
      { deleteOne: { filter: { _id: 3 } } },
      { insertOne: { document: { _id: 9, note: 'd' } } },
    ]);
    await bills.findOneAndDelete({ _id: 4 });
    await bills.deleteMany();
    expect(sync.status().unmatchedWriteCount).toBe(0);
    expect((await sync.health()).checks).toContainEqual({
      ...{ name: 'audit', status: 'healthy', message: 'No write went past capture.' },
    });
  });

  it('counts what goes past them, and says it once for each kind', async () => {
    const { sync, mongoose } = await open(true);
    const past = mongoose.connection.getClient().db(mongoose.connection.name).collection<Bill>('bills');
    await past.insertMany([1, 2].map((_id) => ({ _id, note: 'a' })));
    await past.insertOne({ _id: 3, note: 'a' });
    await past.updateOne({ _id: 1 }, { $set: { note: 'b' } });
    await past.findOneAndReplace({ _id: 1 }, { note: 'c' });
    await past.deleteOne({ _id: 2 });
    expect(sync.status().unmatchedWriteCount).toBe(6);
    const label = (command: string): object => ({ collection: 'bills', command });
    const kinds = ['insert', 'update', 'findAndModify', 'delete'];
    const code = 'SYNC_CAPTURE_UNMATCHED';
    expect(error.mock.calls).toEqual(kinds.map((kind) => [expect.any(String), { code, ...label(kind) }]));
    expect(count).toHaveBeenCalledWith('sync_capture_unmatched_total', 1, label('delete'));
    expect((await sync.health()).checks).toContainEqual(
      expect.objectContaining({ name: 'audit', status: 'degraded', message: '6 writes went past capture.' }),
    );
  });

  it('leaves other collections and other databases alone', async () => {
    const { sync, mongoose } = await open(true);
    const client = mongoose.connection.getClient();
    await client.db(mongoose.connection.name).collection('logs').insertOne({ note: 'a' });
    await client.db('elsewhere').collection('bills').insertOne({ note: 'a' });
    expect(sync.status().unmatchedWriteCount).toBe(0);
  });

  it('says where it cannot see, as the connection does not announce its commands', async () => {
    await open(false);
    expect(warn.mock.calls).toEqual([[expect.any(String), { code: 'SYNC_CAPTURE_AUDIT_BLIND' }]]);
  });
});
