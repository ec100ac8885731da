import { type Model, type Mongoose, Schema, Types } from 'mongoose';
import { type CapturedWorld } from './captured-world.js';

/** The document of the scenarios. */
export interface Bill {
  _id: Types.ObjectId;
  number: string;
  total: number;
  lines: { name: string; price: number }[];
  note?: string;
  extra?: unknown;
}

/** One call of an application. */
export interface Scenario {
  readonly does: string;
  run(bills: Model<Bill>, mongoose: Mongoose): unknown;
}

/** The n-th id, the same in each application. */
export const idOf = (n: number): Types.ObjectId => new Types.ObjectId(String(n).padStart(24, '0'));

/** Three bills that are there when a scenario starts. */
export const seeds = (): Bill[] =>
  [1, 2, 3].map((n) => ({
    ...{ _id: idOf(n), number: `B-${n}`, total: n * 10, lines: [{ name: 'tea', price: n }], note: 'seed' },
  }));

/** Gives both applications the seeds, and nothing else. */
export async function seedBills({ captured, plain }: CapturedWorld): Promise<void> {
  for (const application of [captured, plain]) {
    await application.empty();
    await billModel(application.mongoose).collection.insertMany(seeds());
  }
}

/** The model of the scenarios. */
export function billModel(mongoose: Mongoose): Model<Bill> {
  const line = new Schema({ name: String, price: Number }, { _id: false });
  const schema = new Schema<Bill>({
    number: String,
    total: { type: Number, max: 1_000_000 },
    lines: [line],
    note: String,
    extra: Schema.Types.Mixed,
  });
  return (mongoose.models['Bill'] as Model<Bill> | undefined) ?? mongoose.model<Bill>('Bill', schema);
}

const bill = (n: number, total = n): Bill => ({ _id: idOf(n), number: `B-${n}`, total, lines: [] });

export const scenarios: readonly Scenario[] = [
  {
    does: 'saves a new document',
    run: async (bills) => new bills(bill(9)).save(),
  },
  {
    does: 'saves a loaded document',
    run: async (bills) => {
      const found = await bills.findById(idOf(1)).orFail();
      found.total = 99;
      found.lines.push({ name: 'cake', price: 4 });
      await found.save();
      return bills.findById(idOf(1));
    },
  },
  {
    does: 'saves a loaded document again and again',
    run: async (bills) => {
      const found = await bills.findById(idOf(1)).orFail();
      for (const total of [1, 2, 3]) await found.set({ total }).save();
      return found.toJSON();
    },
  },
  { does: 'creates several', run: (bills) => bills.create([bill(8), bill(9)]) },
  { does: 'inserts many', run: (bills) => bills.insertMany([bill(7), bill(8)]) },
  { does: 'inserts many lean', run: (bills) => bills.insertMany([bill(7), bill(8)], { lean: true }) },
  { does: 'inserts many raw', run: (bills) => bills.insertMany([bill(7)], { rawResult: true }) },
  { does: 'inserts many, one of them twice', run: (bills) => bills.insertMany([bill(7), bill(1), bill(8)]) },
  {
    does: 'inserts many unordered, one of them twice',
    run: (bills) => bills.insertMany([bill(7), bill(1), bill(8)], { ordered: false }),
  },
  { does: 'saves a document that is there already', run: (bills) => new bills(bill(1)).save() },
  { does: 'updates one by $set', run: (bills) => bills.updateOne({ _id: idOf(1) }, { $set: { total: 11 } }) },
  {
    does: 'updates one by many operators',
    run: (bills) =>
      bills.updateOne(
        { number: 'B-2' },
        { $inc: { total: 5 }, $push: { lines: { name: 'milk', price: 1 } }, $unset: { note: 1 } },
      ),
  },
  { does: 'updates none', run: (bills) => bills.updateOne({ number: 'none' }, { total: 1 }) },
  {
    does: 'updates an array element by position',
    run: (bills) => bills.updateOne({ _id: idOf(3), 'lines.name': 'tea' }, { $set: { 'lines.$.price': 7 } }),
  },
  {
    does: 'updates by array filters',
    run: (bills) =>
      bills.updateOne(
        { _id: idOf(3) },
        { $set: { 'lines.$[line].price': 7 } },
        { arrayFilters: [{ 'line.name': 'tea' }] },
      ),
  },
  { does: 'updates many', run: (bills) => bills.updateMany({ total: { $gte: 20 } }, { $inc: { total: 1 } }) },
  {
    does: 'updates by a pipeline',
    run: (bills) =>
      bills.updateMany({}, [{ $set: { total: { $multiply: ['$total', 2] } } }, { $unset: 'note' }], {
        updatePipeline: true,
      }),
  },
  {
    does: 'updates by a pipeline that replaces the root',
    run: (bills) =>
      bills.updateOne(
        { _id: idOf(1) },
        [{ $replaceWith: { number: '$number', total: { $add: ['$total', 1] }, lines: [] } }],
        { updatePipeline: true },
      ),
  },
  {
    does: 'updates by a pipeline that projects',
    run: (bills) =>
      bills.updateOne({ _id: idOf(1) }, [{ $project: { total: 1, number: 1 } }], { updatePipeline: true }),
  },
  {
    does: 'upserts by $set where one is there',
    run: (bills) => bills.updateOne({ _id: idOf(1) }, { $set: { total: 12 } }, { upsert: true }),
  },
  {
    does: 'upserts by $set where none is there',
    run: (bills) => bills.updateOne({ _id: idOf(9) }, { $set: { total: 12 } }, { upsert: true }),
  },
  {
    does: 'inserts only where none is there',
    run: (bills) =>
      bills.updateOne({ _id: idOf(9) }, { $setOnInsert: { total: 12, number: 'new' } }, { upsert: true }),
  },
  {
    does: 'changes nothing where it would only insert',
    run: (bills) => bills.updateOne({ _id: idOf(1) }, { $setOnInsert: { total: 12 } }, { upsert: true }),
  },
  {
    does: 'replaces one',
    run: (bills) => bills.replaceOne({ _id: idOf(1) }, { number: 'R', total: 5, lines: [] }),
  },
  {
    does: 'replaces one with its _id named',
    run: (bills) => bills.replaceOne({ number: 'B-1' }, { _id: idOf(1), number: 'R', total: 5, lines: [] }),
  },
  {
    does: 'replaces one with the _id of another',
    run: (bills) => bills.replaceOne({ number: 'B-1' }, { _id: idOf(9), number: 'R', total: 5, lines: [] }),
  },
  {
    does: 'replaces none',
    run: (bills) => bills.replaceOne({ number: 'none' }, { number: 'R', total: 1, lines: [] }),
  },
  {
    does: 'upserts by replacement where one is there',
    run: (bills) =>
      bills.replaceOne({ _id: idOf(2) }, { number: 'R', total: 5, lines: [] }, { upsert: true }),
  },
  {
    does: 'upserts by replacement where none is there',
    run: (bills) =>
      bills.replaceOne({ _id: idOf(9) }, { total: 5, number: 'R', note: 'n' }, { upsert: true }),
  },
  {
    does: 'upserts by replacement against a unique value',
    run: (bills) =>
      bills.replaceOne({ _id: idOf(1), total: -1 }, { number: 'X', total: 1, lines: [] }, { upsert: true }),
  },
  {
    does: 'finds and updates, returning the old one',
    run: (bills) => bills.findOneAndUpdate({ number: 'B-2' }, { $inc: { total: 1 } }),
  },
  {
    does: 'finds and updates, returning the new one',
    run: (bills) =>
      bills.findOneAndUpdate({ number: 'B-2' }, { $inc: { total: 1 } }, { returnDocument: 'after' }),
  },
  {
    does: 'finds and updates with a projection',
    run: (bills) =>
      bills.findOneAndUpdate(
        { number: 'B-2' },
        { total: 3 },
        { returnDocument: 'after', projection: 'total' },
      ),
  },
  {
    does: 'finds and updates, returning metadata of the result',
    run: (bills) => bills.findOneAndUpdate({ number: 'B-2' }, { total: 3 }, { includeResultMetadata: true }),
  },
  {
    does: 'finds none and inserts',
    run: (bills) =>
      bills.findOneAndUpdate({ _id: idOf(9) }, { number: 'N' }, { upsert: true, returnDocument: 'after' }),
  },
  {
    does: 'finds and replaces',
    run: (bills) => bills.findOneAndReplace({ number: 'B-2' }, { number: 'R' }, { returnDocument: 'after' }),
  },
  {
    does: 'finds and replaces, returning the old one lean',
    run: (bills) => bills.findOneAndReplace({ number: 'B-2' }, { number: 'R' }).lean(),
  },
  {
    does: 'finds none to replace and inserts',
    run: (bills) =>
      bills.findOneAndReplace(
        { _id: idOf(9) },
        { number: 'R', total: 1 },
        { upsert: true, returnDocument: 'after' },
      ),
  },
  { does: 'finds and deletes', run: (bills) => bills.findOneAndDelete({ number: 'B-2' }) },
  {
    does: 'finds and deletes with sort and projection',
    run: (bills) => bills.findOneAndDelete({}, { sort: { total: -1 }, projection: { total: 1, _id: 0 } }),
  },
  {
    does: 'finds and deletes, returning metadata of the result',
    run: (bills) => bills.findOneAndDelete({ number: 'B-2' }, { includeResultMetadata: true }),
  },
  { does: 'finds none to delete', run: (bills) => bills.findOneAndDelete({ number: 'none' }) },
  { does: 'deletes one', run: (bills) => bills.deleteOne({ _id: idOf(1) }) },
  { does: 'deletes one of several', run: (bills) => bills.deleteOne({ note: 'seed' }) },
  { does: 'deletes none', run: (bills) => bills.deleteOne({ number: 'none' }) },
  { does: 'deletes many', run: (bills) => bills.deleteMany({ total: { $gte: 20 } }) },
  { does: 'deletes all', run: (bills) => bills.deleteMany() },
  {
    does: 'deletes a loaded document',
    run: async (bills) => (await bills.findById(idOf(3)).orFail()).deleteOne(),
  },
  {
    does: 'writes a bulk of everything',
    run: (bills) =>
      bills.bulkWrite([
        { insertOne: { document: bill(7) } },
        { updateOne: { filter: { _id: idOf(1) }, update: { $inc: { total: 1 } } } },
        { deleteOne: { filter: { _id: idOf(2) } } },
        { updateMany: { filter: { note: 'seed' }, update: { $set: { note: 'changed' } } } },
        { replaceOne: { filter: { _id: idOf(3) }, replacement: { number: 'R-3', total: 3, lines: [] } } },
        {
          replaceOne: {
            filter: { _id: idOf(9) },
            replacement: { total: 9, number: 'R-9', lines: [] },
            upsert: true,
          },
        },
        { updateOne: { filter: { _id: idOf(8) }, update: { number: 'U-8' }, upsert: true } },
        { deleteMany: { filter: { note: 'changed' } } },
      ]),
  },
  {
    does: 'writes an unordered bulk with errors',
    run: (bills) =>
      bills.bulkWrite(
        [
          { insertOne: { document: bill(1) } },
          { insertOne: { document: bill(7) } },
          { deleteOne: { filter: { _id: idOf(2) } } },
          { insertOne: { document: bill(3) } },
        ],
        { ordered: false },
      ),
  },
  {
    does: 'stops an ordered bulk at its first error',
    run: (bills) =>
      bills.bulkWrite([
        { deleteOne: { filter: { _id: idOf(2) } } },
        { insertOne: { document: bill(1) } },
        { deleteOne: { filter: { _id: idOf(3) } } },
      ]),
  },
  {
    does: 'writes a bulk of updates only',
    run: (bills) =>
      bills.bulkWrite([
        { updateOne: { filter: { _id: idOf(1) }, update: { $set: { total: 5 } } } },
        { replaceOne: { filter: { _id: idOf(2) }, replacement: { number: 'R-2', total: 2, lines: [] } } },
      ]),
  },
  {
    does: 'deletes several in a bulk',
    run: (bills) =>
      bills.bulkWrite([
        { deleteOne: { filter: { _id: idOf(1) } } },
        { deleteOne: { filter: { _id: idOf(9) } } },
        { deleteOne: { filter: { _id: idOf(3) } } },
      ]),
  },
  {
    does: 'saves documents in bulk',
    run: async (bills) => {
      const found = await bills.find().sort({ _id: 1 });
      for (const doc of found) doc.total += 1;
      const result = await bills.bulkSave([...found, new bills(bill(9))]);
      return result.modifiedCount;
    },
  },
  {
    does: 'fails to update by an unknown operator',
    run: (bills) => bills.collection.updateOne({ _id: idOf(1) }, { $nonsense: { a: 1 } }),
  },
  {
    does: 'fails to update without operators',
    run: (bills) => bills.collection.updateOne({ _id: idOf(1) }, { total: 1 }),
  },
  {
    does: 'fails to replace by operators',
    run: (bills) => bills.collection.replaceOne({ _id: idOf(1) }, { $set: { total: 1 } }),
  },
  { does: 'fails to insert nothing', run: (bills) => bills.collection.insertMany([]) },
];

export const readings: readonly Scenario[] = [
  { does: 'finds', run: (bills) => bills.find().sort({ _id: 1 }) },
  { does: 'finds lean', run: (bills) => bills.find().sort({ _id: 1 }).lean() },
  { does: 'finds with fields', run: (bills) => bills.find({}, 'total number').sort({ _id: 1 }).lean() },
  { does: 'finds without fields', run: (bills) => bills.find({}, '-total').sort({ _id: 1 }).lean() },
  { does: 'finds without _id', run: (bills) => bills.find({}, { _id: 0 }).sort({ _id: 1 }).lean() },
  { does: 'finds only _id', run: (bills) => bills.find({}, { _id: 1 }).sort({ _id: 1 }).lean() },
  {
    does: 'finds with a slice',
    run: (bills) =>
      bills
        .find({}, { lines: { $slice: 1 } })
        .sort({ _id: 1 })
        .lean(),
  },
  { does: 'finds one', run: (bills) => bills.findOne({ number: 'B-2' }) },
  { does: 'finds one lean', run: (bills) => bills.findById(idOf(1)).lean() },
  { does: 'asks whether one exists', run: (bills) => bills.exists({ number: 'B-2' }) },
  { does: 'counts', run: (bills) => bills.countDocuments({ total: { $gt: 10 } }) },
  {
    does: 'walks a cursor',
    run: async (bills) => {
      const found: unknown[] = [];
      for await (const doc of bills.find().sort({ _id: 1 }).lean().cursor()) found.push(doc);
      return found;
    },
  },
  { does: 'makes JSON', run: async (bills) => JSON.stringify(await bills.find().sort({ _id: 1 })) },
  {
    does: 'aggregates',
    run: (bills) => bills.aggregate([{ $match: { total: { $gt: 10 } } }, { $sort: { _id: 1 } }]),
  },
  {
    does: 'aggregates whole documents into a group',
    run: (bills) =>
      bills.aggregate([{ $sort: { _id: 1 } }, { $group: { _id: null, all: { $push: '$$ROOT' } } }]),
  },
  { does: 'sums up', run: (bills) => bills.aggregate([{ $group: { _id: null, sum: { $sum: '$total' } } }]) },
  {
    does: 'walks an aggregation',
    run: async (bills) => {
      const found: unknown[] = [];
      for await (const doc of bills.aggregate([{ $sort: { _id: 1 } }]).cursor()) found.push(doc);
      return found;
    },
  },
];
