import { type Model, type Mongoose } from 'mongoose';
import { readMethods, writeMethods } from '../run/captured-method.js';
import { type NativeCollection } from '../seam/native-collection.js';
import { setOwnProperty } from '../seam/own-property.js';
import { watchConnections } from '../seam/watch-connections.js';

type Probe = Model<{ value: number }>;
type Ways = Readonly<Record<string, (model: Probe) => Promise<unknown>>>;

/** Every method, by a way that an application takes to it. */
const ways: Ways = {
  insertOne: (model) => model.create({ value: 1 }),
  insertMany: (model) => model.insertMany([{ value: 1 }]),
  updateOne: (model) => model.updateOne({ value: 1 }, { value: 2 }).exec(),
  updateMany: (model) => model.updateMany({ value: 1 }, { value: 2 }).exec(),
  replaceOne: (model) => model.replaceOne({ value: 1 }, { value: 2 }).exec(),
  findOneAndUpdate: (model) => model.findOneAndUpdate({ value: 1 }, { value: 2 }).exec(),
  findOneAndReplace: (model) => model.findOneAndReplace({ value: 1 }, { value: 2 }).exec(),
  findOneAndDelete: (model) => model.findOneAndDelete({ value: 1 }).exec(),
  deleteOne: (model) => model.deleteOne({ value: 1 }).exec(),
  deleteMany: (model) => model.deleteMany({ value: 1 }).exec(),
  bulkWrite: (model) => model.bulkWrite([{ insertOne: { document: { value: 1 } } }]),
  find: (model) => model.find({ value: 1 }).exec(),
  findOne: (model) => model.findOne({ value: 1 }).exec(),
  distinct: (model) => model.distinct('value').exec(),
  aggregate: (model) => model.aggregate([{ $match: { value: 1 } }]).exec(),
};

/**
 * The methods that models of this Mongoose reach past the collection object where capture wraps them; none, as long as
 * its internals are as they were. Tried on a Mongoose of the same kind that is never connected, so nothing is written
 * and no plugin of the application runs.
 */
export async function findBypasses(mongoose: Mongoose): Promise<readonly string[]> {
  const apart = new mongoose.Mongoose({ bufferCommands: false, autoCreate: false, autoIndex: false });
  const reached = new Set<string>();
  let models = 0;
  const stop = watchConnections(apart, {
    onCollection: (native) => record(native, reached),
    onModel: () => models++,
    onConnected: () => undefined,
  });
  try {
    const model = apart.model('SyncProbe', new apart.Schema({ value: Number })) as unknown as Probe;
    for (const way of Object.values(ways)) await way(model).catch(() => undefined);
  } finally {
    stop();
  }
  const missed = [
    ...[...writeMethods, ...readMethods].filter((method) => !reached.has(method)),
    ...changedInternals(apart),
  ];
  return models === 1 ? missed : [...missed, 'model'];
}

/** What of the driver that Mongoose uses is not as capture knows it. */
function changedInternals({ mongo }: Mongoose): readonly string[] {
  const { AggregationCursor, OrderedBulkOperation } = mongo;
  return [
    ...('_initialize' in AggregationCursor.prototype ? [] : ['aggregation cursor']),
    ...('batches' in OrderedBulkOperation.prototype ? [] : ['bulk builder']),
  ];
}

function record(native: NativeCollection, reached: Set<string>): void {
  for (const method of [...writeMethods, ...readMethods]) {
    setOwnProperty(native, method, async () => {
      reached.add(method);
      throw new Error('This is only a probe.');
    });
  }
}
