import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Logger, silentLogger } from '@bomba/sync-core';
import { type BranchDatabases, startDatabases, waitFor } from '@bomba/sync-testkit';
import { type Db, MongoClient } from 'mongodb';
import { Mongoose, Schema, type SchemaOptions } from 'mongoose';
import { createSync } from '../../../src/create-sync.js';
import { attach } from './captured-world.js';

interface Note {
  name?: string;
  at?: Date;
}

const schemaOf = (options: SchemaOptions = {}, at: object = {}): Schema<Note> =>
  new Schema<Note>({ name: String, at: { type: Date, ...at } }, options as never);

describe('a collection that cannot be synced', () => {
  let databases: BranchDatabases;
  let client: MongoClient;
  let db: Db;
  const open: Mongoose[] = [];
  beforeAll(async () => {
    databases = await startDatabases({ branches: 1, topology: 'standalone', atlas: false });
    client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
    db = client.db();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((mongoose) => mongoose.disconnect()));
  });
  afterAll(async () => {
    await client.close();
    await databases.stop();
  });

  const newMongoose = (): Mongoose => {
    const mongoose = new Mongoose({ autoIndex: false, autoCreate: false });
    open.push(mongoose);
    return mongoose;
  };
  const connect = async (mongoose: Mongoose): Promise<unknown> =>
    mongoose.connect(databases.branches[0]?.uri ?? '');
  const isMarked = async (collection: string): Promise<boolean> =>
    (await db.collection(collection).countDocuments({ _syncMeta: { $exists: true } })) > 0;

  it.each([
    ['a time-series collection', schemaOf({ timeseries: { timeField: 'at' } })],
    ['a capped one', schemaOf({ capped: { size: 4096 } })],
    ['one that expires', schemaOf({}, { expires: 60 })],
    ['an encrypted one', schemaOf({ encryptionType: 'csfle' })],
  ])('is left alone from its first write on where its schema says that it is %s', async (kind, schema) => {
    const mongoose = newMongoose();
    const capture = attach(mongoose);
    const name = kind.replaceAll(/\W/g, '');
    const model = mongoose.model<Note>('Note', schema, name);
    await connect(mongoose);
    await model.create({ name: 'before anybody has looked', at: new Date() });
    expect(capture.collections()).toEqual([]);
    expect(capture.refused()).toEqual([{ collection: name, reason: expect.any(String) }]);
    expect(await isMarked(name)).toBe(false);
    capture.detach();
  });

  it('shows no metadata of the time before it was refused', async () => {
    const mongoose = newMongoose();
    const capture = attach(mongoose);
    const model = mongoose.model<Note>('Note', schemaOf(), 'outside');
    await connect(mongoose);
    await model.create({ name: 'a' });
    expect(await isMarked('outside')).toBe(true);
    await db.collection('outside').createIndex({ at: 1 }, { expireAfterSeconds: 60 }, {});
    await capture.inspect();
    expect(capture.collections()).toEqual([]);
    const join = { $lookup: { from: 'outside', as: 'x', pipeline: [] } };
    const seen = [await model.findOne().lean(), await model.aggregate([join])];
    expect(JSON.stringify(seen)).not.toContain('_syncMeta');
    capture.detach();
  });

  it('is found also where its model comes after the start', async () => {
    const warnings: unknown[] = [];
    const logger: Logger = { ...silentLogger, warn: (_, fields) => warnings.push(fields) };
    const mongoose = newMongoose();
    const sync = createSync({ mongoose, atlas: {}, logger: { ...logger, child: () => logger } });
    await connect(mongoose);
    await sync.start();
    await db.collection('lates').createIndex({ at: 1 }, { expireAfterSeconds: 60 }, {});
    mongoose.model<Note>('Note', schemaOf(), 'lates');
    mongoose.model<Note>('Fine', schemaOf(), 'fines');
    await waitFor(() => warnings.length > 0, { what: 'the refusal' });
    expect(warnings).toEqual([{ code: 'SYNC_STATE_COLLECTION_REFUSED', collection: 'lates' }]);
    expect(sync.status().collections).toEqual(['fines']);
    await sync.stop();
  });
});
