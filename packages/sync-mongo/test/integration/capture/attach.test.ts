import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startDatabases, type BranchDatabases } from '@bomba/sync-testkit';
import { type Document, MongoClient } from 'mongodb';
import { type Connection, Mongoose, type SchemaOptions, Schema } from 'mongoose';
import { type Capture } from '../../../src/capture/capture.js';
import { findBypasses } from '../../../src/capture/self-test/find-bypasses.js';
import { attach, dirtyOf } from './captured-world.js';

const schema = (options: object = {}): Schema => new Schema({ name: String }, options as SchemaOptions);

describe('capture of a Mongoose', () => {
  let databases: BranchDatabases;
  let raw: MongoClient;
  let uri: string;
  const ends: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    databases = await startDatabases({ branches: 1, atlas: false });
    uri = databases.branches[0]?.uri ?? '';
    raw = await MongoClient.connect(uri);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await raw.db().dropDatabase();
  });
  afterAll(async () => {
    await raw.close();
    await databases.stop();
  });

  const newMongoose = (): Mongoose => {
    const mongoose = new Mongoose({ autoCreate: false, autoIndex: false });
    ends.push(() => mongoose.disconnect());
    return mongoose;
  };
  const attached = (mongoose: Mongoose, options: Parameters<typeof attach>[1] = {}): Capture => {
    const capture = attach(mongoose, options);
    ends.push(() => capture.detach());
    return capture;
  };
  const stored = (collection: string): Promise<Document[]> =>
    raw.db().collection(collection).find().toArray();
  const isDirty = async (collection: string): Promise<boolean[]> =>
    (await stored(collection)).map((document) => dirtyOf(document) !== undefined);

  it('covers models compiled before and after it', async () => {
    const mongoose = newMongoose();
    const before = mongoose.model('Before', schema());
    const seen: string[] = [];
    const capture = attached(mongoose, { onModel: ({ modelName }) => seen.push(modelName) });
    const after = mongoose.model('After', schema());
    await mongoose.connect(uri);
    await before.create({ name: 'x' });
    await after.create({ name: 'x' });
    expect([await isDirty('befores'), await isDirty('afters')]).toEqual([[true], [true]]);
    expect(capture.collections()).toEqual(['afters', 'befores']);
    expect(seen).toEqual(['Before', 'After']);
  });

  it('covers a model that is compiled of a schema used before it', async () => {
    const mongoose = newMongoose();
    const shared = schema();
    mongoose.model('First', shared);
    attached(mongoose);
    const second = mongoose.model('Second', shared);
    await mongoose.connect(uri);
    await second.create({ name: 'x' });
    expect(await isDirty('seconds')).toEqual([true]);
  });

  it('covers writes that are issued before the connection is there, once', async () => {
    const mongoose = newMongoose();
    const announced: unknown[] = [];
    attached(mongoose, { onCaptured: (write) => announced.push(write) });
    const model = mongoose.model('Early', schema());
    const writes = Promise.all([
      model.create({ name: 'a' }),
      model.updateOne({ name: 'b' }, { name: 'c' }, { upsert: true }).exec(),
      model.deleteOne({ name: 'none' }).exec(),
    ]);
    await mongoose.connect(uri);
    await writes;
    expect(await isDirty('earlies')).toEqual([true, true]);
    expect(announced).toHaveLength(3);
  });

  it('covers discriminators', async () => {
    const mongoose = newMongoose();
    attached(mongoose);
    const shape = mongoose.model('Shape', schema());
    const circle = shape.discriminator('Circle', new Schema({ radius: Number }));
    await mongoose.connect(uri);
    await circle.create({ name: 'c', radius: 1 });
    await circle.updateOne({ name: 'c' }, { radius: 2 });
    await circle.create({ name: 'd', radius: 1 });
    await circle.deleteOne({ name: 'd' });
    expect(await stored('shapes')).toMatchObject([
      { name: 'c', radius: 2, _syncMeta: { dirty: expect.anything() } },
    ]);
    expect(await raw.db().collection('_sync_tombstones').countDocuments()).toBe(1);
  });

  it('covers a model for another collection, and a model that changes its connection', async () => {
    const mongoose = newMongoose();
    attached(mongoose);
    mongoose.model('Thing', schema());
    const other = mongoose.connection.model('Thing', undefined, 'other_things');
    const elsewhere = mongoose.createConnection(uri, { dbName: 'elsewhere' });
    const moving = elsewhere.model('Moving', schema());
    await Promise.all([mongoose.connect(uri), elsewhere.asPromise()]);
    (moving as unknown as { useConnection(connection: Connection): void }).useConnection(mongoose.connection);
    await other.create({ name: 'x' });
    await moving.create({ name: 'x' });
    expect([await isDirty('other_things'), await isDirty('movings')]).toEqual([[true], [true]]);
  });

  it('covers raw writes through Model.collection, and through the same collection of the connection', async () => {
    const mongoose = newMongoose();
    attached(mongoose);
    const model = mongoose.model('Raw', schema());
    await mongoose.connect(uri);
    await model.collection.insertOne({ name: 'a' });
    await mongoose.connection.collection('raws').insertOne({ name: 'b' });
    expect(await isDirty('raws')).toEqual([true, true]);
  });

  it('counts other connections to the same database as Local, and no others', async () => {
    const mongoose = newMongoose();
    const capture = attached(mongoose);
    await mongoose.connect(uri);
    const second = await mongoose.createConnection(uri).asPromise();
    const elsewhere = mongoose.connection.useDb('elsewhere');
    const same = elsewhere.useDb(mongoose.connection.name);
    for (const connection of [second, elsewhere, same]) {
      const model = connection.model('Widget', schema());
      await model.create({ name: 'x' });
    }
    expect(await isDirty('widgets')).toEqual([true, true]);
    const foreign = await raw.db('elsewhere').collection('widgets').findOne();
    expect(foreign).not.toHaveProperty('_syncMeta');
    expect(capture.collections()).toEqual(['widgets']);
    await raw.db('elsewhere').dropDatabase();
  });

  it('leaves out what has opted out, is excluded, has no model, or belongs to the engine', async () => {
    const mongoose = newMongoose();
    const capture = attached(mongoose, { isSynced: (name) => name !== 'excludeds' });
    const models = [
      mongoose.model('Excluded', schema()),
      mongoose.model('OptedOut', schema({ sync: false })),
      mongoose.model('Engine', schema(), '_sync_conflicts'),
    ];
    await mongoose.connect(uri);
    for (const model of models) await model.create({ name: 'x' });
    await mongoose.connection.collection('nobodys').insertOne({ name: 'x' });
    const names = ['excludeds', 'optedouts', '_sync_conflicts', 'nobodys'];
    expect(await Promise.all(names.map(isDirty))).toEqual([[false], [false], [false], [false]]);
    expect(capture.collections()).toEqual([]);
  });

  it('ends when it is detached, also for whoever has wrapped a method since', async () => {
    const mongoose = newMongoose();
    const capture = attached(mongoose);
    const model = mongoose.model('Gone', schema());
    await mongoose.connect(uri);
    const { collection } = model;
    const captured = collection.updateOne.bind(collection);
    Object.assign(collection, { updateOne: captured });
    capture.detach();
    await model.create({ name: 'x' });
    await model.updateOne({ name: 'x' }, { name: 'y' });
    expect(await isDirty('gones')).toEqual([false]);
    expect(Object.hasOwn(collection, 'insertOne')).toBe(false);
    expect(Object.hasOwn(mongoose.connection, 'collection')).toBe(false);
  });

  it('refuses to capture a Mongoose twice, and may be attached again after it ended', () => {
    const mongoose = newMongoose();
    const capture = attach(mongoose);
    expect(() => attach(mongoose)).toThrow(expect.objectContaining({ code: 'SYNC_CONFIG_INVALID' }));
    capture.detach();
    attach(mongoose).detach();
  });

  it('finds no way past it in this version of Mongoose', async () => {
    const mongoose = newMongoose();
    expect(await findBypasses(mongoose)).toEqual([]);
  });

  it('refuses collections that cannot be synced, with the reason, and leaves them as they are', async () => {
    const db = raw.db();
    await db.createCollection('views', { viewOn: 'bases', pipeline: [] });
    await db.createCollection('cappeds', { capped: true, size: 100_000 });
    await db.createCollection('stricts', {
      validator: { $jsonSchema: { additionalProperties: false, properties: { _id: {}, name: {}, __v: {} } } },
    });
    await db.collection('sessions').createIndex({ at: 1 }, { expireAfterSeconds: 60 }, {});
    await db.collection('allowed').createIndex({ at: 1 }, { expireAfterSeconds: 60 }, {});
    const mongoose = newMongoose();
    const capture = attached(mongoose);
    for (const name of ['View', 'Capped', 'Strict', 'Session']) mongoose.model(name, schema());
    mongoose.model('Allowed', schema({ sync: { ttl: true } }), 'allowed');
    const good = mongoose.model('Good', schema());
    await mongoose.connect(uri);
    await good.create({ name: 'x' });
    const refused = await capture.inspect();
    expect(refused.map(({ collection }) => collection).sort()).toEqual([
      'cappeds',
      'sessions',
      'stricts',
      'views',
    ]);
    expect(refused.every(({ reason }) => reason.length > 10)).toBe(true);
    expect(capture.collections()).toEqual(['allowed', 'goods']);
    await mongoose.models['Strict']?.create({ name: 'x' });
    expect(await isDirty('stricts')).toEqual([false]);
  });

  it('cannot inspect what is not connected', async () => {
    const capture = attached(newMongoose());
    await expect(capture.inspect()).rejects.toMatchObject({ code: 'SYNC_STATE_LOCAL_NOT_CONNECTED' });
  });
});
