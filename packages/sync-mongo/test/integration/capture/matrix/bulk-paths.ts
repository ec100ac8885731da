import { type PathContext, type WritePath } from './path.js';
import { type Till, tillId } from './till-model.js';

const till = (n: number): Till => ({ _id: tillId(n), number: `T-${n}`, total: n, lines: [] });
/** Refused by the schema. */
const invalid = (n: number): Till => ({ ...till(n), total: 2_000_000 });
const raw = ({ options: { session } }: PathContext): { session?: typeof session } =>
  session ? { session } : {};

/** A bulk of the connection, all of it on the one model. */
function connectionBulk(
  { mongoose, tills, options }: PathContext,
  operations: readonly object[],
  more: object = {},
): Promise<unknown> {
  const addressed = operations.map((operation) => ({ ...operation, model: tills }));
  return mongoose.connection.bulkWrite(addressed as never, { ...options, ...more } as never);
}

const everything = [
  { insertOne: { document: till(9) } },
  { updateOne: { filter: { _id: tillId(1) }, update: { $inc: { total: 1 } } } },
  { deleteOne: { filter: { _id: tillId(2) } } },
  { updateMany: { filter: { total: { $gte: 30 } }, update: { $set: { note: 'bulk' } } } },
  { replaceOne: { filter: { _id: tillId(3) }, replacement: { number: 'R-3', lines: [] } } },
  { replaceOne: { filter: { _id: tillId(8) }, replacement: { number: 'R-8', lines: [] }, upsert: true } },
  { deleteMany: { filter: { number: 'T-9' } } },
];
const twice = [
  { insertOne: { document: till(8) } },
  { deleteOne: { filter: { _id: tillId(2) } } },
  { insertOne: { document: till(1) } },
  { insertOne: { document: till(9) } },
];

/** Paths that write many at once, and past the model: rows 6 to 13, 26 to 28. */
export const bulkPaths: readonly WritePath[] = [
  {
    row: 6,
    does: 'inserts many',
    run: ({ tills, options }) => tills.insertMany([till(8), till(9)], options),
    fail: ({ tills, options }) => tills.insertMany([till(8), till(1), till(9)], options),
  },
  {
    row: 7,
    does: 'inserts many, answering the raw result',
    run: ({ tills, options }) => tills.insertMany([till(8)], { ...options, rawResult: true }),
    fail: ({ tills, options }) => tills.insertMany([till(1)], { ...options, rawResult: true }),
  },
  {
    row: 8,
    does: 'inserts many, populated',
    run: ({ tills, options }) =>
      tills.insertMany([{ ...till(8), parent: tillId(1) }], { ...options, populate: 'parent' } as never),
  },
  {
    row: 9,
    does: 'inserts many, one of them invalid',
    run: ({ tills, options }) =>
      tills.insertMany([till(8), invalid(7), till(9)], {
        ...{ ...options, ordered: false, throwOnValidationError: true },
      }),
  },
  {
    row: 10,
    does: 'inserts many without an order, one of them twice',
    run: ({ tills, options }) =>
      tills.insertMany([till(8), till(1), till(9)], { ...options, ordered: false }),
  },
  {
    row: 11,
    does: 'inserts many lean',
    run: ({ tills, options }) => tills.insertMany([till(8), till(9)], { ...options, lean: true }),
    fail: ({ tills, options }) => tills.insertMany([till(1), till(9)], { ...options, lean: true }),
  },
  {
    row: 12,
    does: 'writes a bulk',
    run: ({ tills, options }) => tills.bulkWrite(everything as never, options),
    fail: ({ tills, options }) => tills.bulkWrite(twice as never, options),
  },
  {
    row: 12,
    does: 'writes a bulk without an order',
    run: ({ tills, options }) =>
      tills.bulkWrite(everything.slice(0, 5) as never, { ...options, ordered: false }),
    fail: ({ tills, options }) => tills.bulkWrite(twice as never, { ...options, ordered: false }),
  },
  {
    row: 13,
    does: 'writes an empty bulk',
    run: ({ tills, options }) => tills.bulkWrite([], options),
  },
  {
    row: 13,
    does: 'writes a bulk of nothing valid',
    run: ({ tills, options }) =>
      tills.bulkWrite([{ insertOne: { document: invalid(9) } }] as never, { ...options, ordered: false }),
  },
  {
    row: 13,
    does: 'writes a bulk, one of it invalid',
    run: ({ tills, options }) =>
      tills.bulkWrite(
        [{ insertOne: { document: till(8) } }, { insertOne: { document: invalid(9) } }] as never,
        {
          ...{ ...options, ordered: false, throwOnValidationError: true },
        },
      ),
  },
  {
    row: 26,
    does: 'merges an aggregation into the collection',
    run: ({ tills, options }) =>
      tills
        .aggregate(
          [{ $match: { number: 'T-1' } }, { $set: { note: 'merged' } }, { $merge: { into: 'tills' } }],
          options,
        )
        .exec(),
    fail: ({ tills, options }) =>
      tills.aggregate([{ $nonsense: 1 } as never, { $merge: { into: 'tills' } }], options).exec(),
  },
  {
    row: 26,
    does: 'replaces the collection by an aggregation',
    isMoved: true,
    run: ({ tills, options }) =>
      tills.aggregate([{ $match: { total: { $lt: 25 } } }, { $out: 'tills' }], options).exec(),
    fail: ({ tills, options }) =>
      tills.aggregate([{ $nonsense: 1 } as never, { $out: 'tills' }], options).exec(),
  },
  {
    row: 27,
    does: 'writes past the model',
    run: async (context) => {
      const { collection } = context.tills;
      return [
        await collection.insertOne(till(9), raw(context)),
        await collection.updateMany({ note: 'seed' }, { $set: { note: 'raw' } }, raw(context)),
        await collection.replaceOne({ _id: tillId(2) }, { number: 'R' }, raw(context)),
        await collection.deleteOne({ _id: tillId(1) }, raw(context)),
        await collection.findOneAndDelete({ number: 'T-3' }, raw(context)),
      ];
    },
    fail: (context) => context.tills.collection.insertMany([till(9), till(1)], raw(context)),
  },
  {
    row: 27,
    does: 'writes to a collection of the connection',
    run: (context) =>
      context.tills.db
        .collection('tills')
        .updateOne({ _id: tillId(1) }, { $set: { total: 0 } }, raw(context)),
    fail: (context) =>
      context.tills.db
        .collection('tills')
        .updateOne({ _id: tillId(1) }, { $nonsense: { total: 0 } }, raw(context)),
  },
  ...(['initializeOrderedBulkOp', 'initializeUnorderedBulkOp'] as const).map((method): WritePath => ({
    row: 27,
    does: `gathers a bulk by ${method}`,
    run: async (context) => {
      const bulk = context.tills.collection[method](raw(context));
      bulk.insert(till(9));
      bulk.find({ _id: tillId(1) }).updateOne({ $inc: { total: 1 } });
      bulk.find({ total: { $gte: 30 } }).update([{ $set: { note: 'built' } }]);
      bulk
        .find({ _id: tillId(8) })
        .upsert()
        .replaceOne({ number: 'R-8' });
      bulk.find({ _id: tillId(2) }).deleteOne();
      bulk.find({ number: 'T-9' }).delete();
      const result = await bulk.execute();
      const again = await bulk.execute().catch((error: unknown) => String(error));
      return [result, again, bulk.length];
    },
    fail: (context) => {
      const bulk = context.tills.collection[method](raw(context));
      bulk.find({ _id: tillId(2) }).deleteOne();
      bulk.insert(till(1));
      bulk.insert(till(9));
      return bulk.execute();
    },
  })),
  {
    row: 28,
    does: 'writes a bulk of the connection',
    run: (context) =>
      connectionBulk(context, [
        { name: 'insertOne', document: till(9) },
        { name: 'updateOne', filter: { _id: tillId(1) }, update: { $inc: { total: 1 } } },
        { name: 'updateMany', filter: { total: 30 }, update: { $set: { note: 'all' } } },
        {
          name: 'replaceOne',
          filter: { _id: tillId(3) },
          replacement: { number: 'R', lines: [] },
        },
      ]),
    fail: (context) =>
      connectionBulk(context, [
        { name: 'insertOne', document: till(8) },
        { name: 'insertOne', document: till(1) },
        { name: 'insertOne', document: till(9) },
      ]),
  },
  {
    row: 28,
    does: 'writes a bulk of the connection with deletes and upserts, telling all',
    // What goes in one command comes first: the sandbox refuses another bulk of a client in a session that was used.
    run: (context) =>
      connectionBulk(
        context,
        [
          { name: 'insertOne', document: till(9) },
          {
            name: 'updateOne',
            filter: { _id: tillId(7) },
            update: { number: 'U' },
            upsert: true,
          },
          { name: 'deleteOne', filter: { _id: tillId(2) } },
          {
            ...{ name: 'replaceOne', filter: { _id: tillId(8) } },
            ...{ replacement: { number: 'R', lines: [] }, upsert: true },
          },
          { name: 'deleteMany', filter: { total: { $gte: 30 } } },
        ],
        { verboseResults: true },
      ),
    fail: (context) =>
      connectionBulk(
        context,
        [
          { name: 'deleteOne', filter: { _id: tillId(2) } },
          { name: 'insertOne', document: till(1) },
          { name: 'deleteOne', filter: { _id: tillId(3) } },
        ],
        { ordered: false },
      ),
  },
  {
    row: 31,
    does: 'creates without middleware',
    run: ({ tills, options }) => tills.create([till(9)], { ...options, middleware: false } as never),
    fail: ({ tills, options }) => tills.create([till(1)], { ...options, middleware: false } as never),
  },
];
