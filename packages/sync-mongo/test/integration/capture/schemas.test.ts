import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Binary, BSON, Decimal128, type Document, Double, Long, ObjectId, Timestamp, UUID } from 'mongodb';
import { type Model, Schema, type SchemaOptions } from 'mongoose';
import { syncIndexes } from '../../../src/state/ensure-state.js';
import {
  type Application,
  type CapturedWorld,
  contentOf,
  dirtyOf,
  openCapturedWorld,
} from './captured-world.js';
import { observe, textOf } from './observation.js';

type Note = Record<string, unknown>;
const definition = { name: { type: String, index: true }, n: Number, part: { type: Object }, list: [Number] };
const at = (): number => 1_700_000_000_000;

/** Schemas of many kinds, each with writes that could betray that sync is on. */
const schemas: readonly { readonly kind: string; readonly options: SchemaOptions }[] = [
  { kind: 'without more', options: {} },
  { kind: 'with timestamps', options: { timestamps: { currentTime: at } } },
  { kind: 'with one timestamp', options: { timestamps: { currentTime: at, createdAt: false } } },
  { kind: 'with a version key of its own', options: { versionKey: 'revision' } },
  { kind: 'without a version key', options: { versionKey: false } },
  { kind: 'that is not strict', options: { strict: false } },
  { kind: 'that throws at what it does not know', options: { strict: 'throw', strictQuery: 'throw' } },
  { kind: 'that keeps empty objects', options: { minimize: false } },
  { kind: 'with optimistic concurrency', options: { optimisticConcurrency: true } },
];

const writes = async (model: Model<Note>): Promise<unknown> => {
  const results: unknown[] = [];
  const note = (call: () => unknown): Promise<unknown> => observe(call).then((seen) => results.push(seen));
  const doc = new model({ _id: new ObjectId('0'.repeat(24)), name: 'a', n: 1, part: {} });
  await note(() => doc.save());
  await note(() => doc.set('unknown', 1).save());
  await note(() => doc.set({ n: 2 }).save());
  await note(() => doc.save());
  await note(() => model.updateOne({ name: 'a' }, { $set: { n: 3, unknown: 2 } }).exec());
  await note(() => model.updateOne({ name: 'a' }, { $inc: { n: 1 } }, { timestamps: false }).exec());
  await note(() =>
    model.findOneAndUpdate({ name: 'a' }, { part: {} }, { returnDocument: 'after' }).lean().exec(),
  );
  await note(() => model.replaceOne({ name: 'a' }, { name: 'b', part: {}, unknown: 3 }).exec());
  await note(() => model.findOne({ name: 'b' }).exec());
  await note(() => model.findOne({ name: 'b' }).lean().exec());
  await note(() => model.find({ name: 'b' }, { _id: 0 }).lean().exec());
  await note(async () => JSON.stringify(await model.findOne({ name: 'b' })));
  await note(() => model.distinct('_syncMeta').exec());
  await note(() => model.distinct('_syncMeta.dirty', { name: 'b' }).exec());
  await note(() => model.distinct('name').exec());
  return results;
};

/** One of each type that an `_id` can have. */
const ids: readonly unknown[] = [
  ...['text', '', 1, 1.5, -0, true, new Date(1), new ObjectId(), new UUID(), Long.MAX_VALUE],
  ...[Decimal128.fromString('1.50'), new Double(2), new Binary(Buffer.from([1, 2]), 0)],
  ...[new Timestamp({ t: 1, i: 2 }), { a: 1, b: { c: 2 } }, new BSON.MinKey(), new BSON.MaxKey()],
];

describe('a schema of any kind', () => {
  let world: CapturedWorld;
  beforeAll(async () => {
    world = await openCapturedWorld('replicaSet');
  });
  afterAll(() => world.stop());
  beforeEach(() => Promise.all([world.captured.empty(), world.plain.empty()]));

  const modelOf = ({ mongoose }: Application, name: string, schema: () => Schema): Model<Note> =>
    (mongoose.models[name] as Model<Note> | undefined) ?? mongoose.model<Note>(name, schema());

  it.each(schemas)('$kind behaves as without sync', async ({ kind, options }) => {
    const { captured, plain } = world;
    const name = `Note ${kind}`;
    const seen = async (application: Application): Promise<unknown> =>
      writes(modelOf(application, name, () => new Schema(definition, { ...options, collection: 'notes' })));
    expect(await seen(captured)).toEqual(await seen(plain));
    const stored = await captured.stored('notes');
    expect(textOf(stored.map(contentOf))).toBe(textOf(await plain.stored('notes')));
    expect(dirtyOf(stored[0])).toEqual(expect.any(String));
  });

  it.each(ids.map((id) => [BSON.EJSON.stringify(id), id]))('takes %s for an _id', async (_, id) => {
    const { captured, plain } = world;
    const seen = async (application: Application): Promise<string> => {
      const { collection } = modelOf(application, 'Keyed', keyed);
      const results: unknown[] = [];
      const note = async (call: () => unknown): Promise<void> => void results.push(await observe(call));
      const filter = { _id: id } as never;
      await note(() => collection.insertOne({ _id: id, n: 1 } as never));
      await note(() => collection.updateOne(filter, { $inc: { n: 1 } }));
      await note(() => collection.replaceOne(filter, { n: 5 }));
      await note(() => collection.findOneAndUpdate(filter, [{ $set: { n: 6 } }] as never));
      await note(() => collection.findOneAndDelete(filter));
      await note(() => collection.replaceOne(filter, { z: 1, n: 7 }, { upsert: true }));
      await note(() =>
        collection.bulkWrite([{ deleteMany: { filter } }, { insertOne: { document: { _id: id } as never } }]),
      );
      results.push((await application.stored('keyeds')).map(contentOf));
      return textOf(results);
    };
    expect(await seen(captured)).toBe(await seen(plain));
    expect(dirtyOf((await captured.stored('keyeds'))[0])).toEqual(expect.any(String));
  });

  it('keeps the indexes of sync when a model syncs its own', async () => {
    const { captured, plain } = world;
    const indexesOf = async ({ client, mongoose }: Application): Promise<readonly unknown[]> =>
      (await client.db(mongoose.connection.name).collection('notes').listIndexes().toArray()).map(
        ({ name }) => name as unknown,
      );
    const synced = async (application: Application): Promise<unknown> => {
      const { client, mongoose } = application;
      const notes = client.db(mongoose.connection.name).collection('notes');
      await notes.createIndexes([{ key: { old: 1 } }]);
      if (application === captured) await notes.createIndexes([...syncIndexes]);
      const model = modelOf(application, 'Indexed', () => new Schema(definition, { collection: 'notes' }));
      return {
        diff: await model.diffIndexes(),
        dropped: await model.syncIndexes(),
        list: await model.listIndexes(),
      };
    };
    expect(textOf(await synced(captured))).toBe(textOf(await synced(plain)));
    expect(await indexesOf(plain)).toEqual(['_id_', 'name_1']);
    expect(await indexesOf(captured)).toEqual(['_id_', ...syncIndexes.map(({ name }) => name), 'name_1']);
  });

  it('is shared by models, each of which is captured', async () => {
    const schema = new Schema<Note>({ n: Number });
    const { mongoose } = world.captured;
    const other = mongoose.connection.useDb('elsewhere');
    const models = ['One', 'Two'].map((name) => mongoose.model<Note>(name, schema));
    for (const model of models) await model.create({ n: 1 });
    await other.model<Note>('One', schema).create({ n: 1 });
    await mongoose.connection.useDb('with_capture').model<Note>('Two', schema).create({ n: 2 });
    const marks = async (db: string, name: string): Promise<unknown[]> => {
      const found: Document[] = await world.captured.client.db(db).collection(name).find().toArray();
      return found.map((document) => typeof dirtyOf(document));
    };
    expect(await marks('with_capture', 'ones')).toEqual(['string']);
    expect(await marks('with_capture', 'twos')).toEqual(['string', 'string']);
    expect(await marks('elsewhere', 'ones')).toEqual(['undefined']);
  });

  it('shows no metadata where collections are joined (that of a list is hidden too, but not by the sandbox)', async () => {
    const seen = async (application: Application): Promise<unknown> => {
      const model = modelOf(application, 'Joined', () => new Schema(definition, { collection: 'notes' }));
      const { mongoose } = application;
      const free = mongoose.connection.collection('free');
      await model.insertMany([1, 2].map((n) => ({ _id: new ObjectId(String(n).repeat(24)), n, name: 'x' })));
      await free.insertOne({ _id: new ObjectId('3'.repeat(24)), n: 1 });
      const join = { $lookup: { from: 'notes', localField: 'n', foreignField: 'n', as: 'same' } };
      return [
        await model.aggregate([join, { $unwind: '$same' }, { $match: { 'same.n': 1 } }]),
        await free.aggregate([join, { $unwind: '$same' }]).toArray(),
        await free.aggregate([{ $unionWith: 'notes' }, { $sort: { _id: 1 } }]).toArray(),
        await free
          .aggregate([{ $lookup: { from: 'notes', pipeline: [{ $sort: { _id: 1 } }], as: 'all' } }])
          .toArray(),
      ];
    };
    expect(textOf(await seen(world.captured))).toBe(textOf(await seen(world.plain)));
  });
});

const keyed = (): Schema => new Schema({ n: Number });
