import { type WritePath } from './path.js';
import { tillId } from './till-model.js';

const REFUSED = { extra: { $nonsense: 1 } };
const OTHER_ID = { $set: { _id: tillId(8) } };

/** Paths of queries: rows 16 to 22, 30. */
export const queryPaths: readonly WritePath[] = [
  {
    row: 16,
    does: 'updates one',
    run: ({ tills, options }) =>
      tills
        .updateOne({ number: 'T-2' }, { $inc: { total: 1 }, $push: { lines: { name: 'x' } } }, options)
        .exec(),
    fail: ({ tills, options }) => tills.updateOne({ _id: tillId(1) }, OTHER_ID, options).exec(),
  },
  {
    row: 16,
    does: 'updates one that is inserted',
    run: ({ tills, options }) =>
      tills.updateOne({ _id: tillId(9) }, { number: 'N' }, { ...options, upsert: true }).exec(),
    fail: ({ tills, options }) =>
      tills.updateOne({ _id: tillId(1), total: -1 }, { number: 'N' }, { ...options, upsert: true }).exec(),
  },
  {
    row: 16,
    does: 'would only insert one that is there',
    run: ({ tills, options }) =>
      tills
        .updateOne({ _id: tillId(1) }, { $setOnInsert: { number: 'N' } }, { ...options, upsert: true })
        .exec(),
  },
  {
    row: 16,
    does: 'updates many',
    run: ({ tills, options }) =>
      tills.updateMany({ total: { $gte: 20 } }, { $set: { note: 'many' } }, options).exec(),
    fail: ({ tills, options }) => tills.updateMany(REFUSED, { note: 'x' }, options).exec(),
  },
  {
    row: 16,
    does: 'updates by array filters',
    run: ({ tills, options }) =>
      tills
        .updateOne(
          { _id: tillId(3) },
          { $set: { 'lines.$[line].price': 7 } },
          { ...options, arrayFilters: [{ 'line.name': 'tea' }] },
        )
        .exec(),
    fail: ({ tills, options }) =>
      tills.updateOne({ _id: tillId(3) }, { $set: { 'lines.$.price': 7 } }, options).exec(),
  },
  {
    row: 16,
    does: 'updates by a pipeline',
    run: ({ tills, options }) =>
      tills
        .updateOne({ _id: tillId(3) }, [{ $set: { extra: '$$ROOT' } }, { $unset: 'note' }], {
          ...options,
          updatePipeline: true,
        })
        .exec(),
    fail: ({ tills, options }) =>
      tills
        .updateOne({ _id: tillId(3) }, [{ $nonsense: 1 }] as never, { ...options, updatePipeline: true })
        .exec(),
  },
  {
    row: 16,
    does: 'replaces one',
    run: ({ tills, options }) =>
      tills.replaceOne({ number: 'T-1' }, { number: 'R', total: 5, lines: [] }, options).exec(),
    fail: ({ tills, options }) =>
      tills.replaceOne({ number: 'T-1' }, { _id: tillId(8), number: 'R', lines: [] }, options).exec(),
  },
  {
    row: 16,
    does: 'replaces one that is inserted',
    run: ({ tills, options }) =>
      tills
        .replaceOne({ _id: tillId(9) }, { total: 5, number: 'R', lines: [] }, { ...options, upsert: true })
        .exec(),
    fail: ({ tills, options }) =>
      tills
        .replaceOne({ _id: tillId(1), total: -1 }, { number: 'R', lines: [] }, { ...options, upsert: true })
        .exec(),
  },
  {
    row: 16,
    does: 'updates one to what it is',
    run: async ({ tills, options }) => {
      const { matchedCount } = await tills.updateOne({ _id: tillId(1) }, { $set: { total: 10 } }, options);
      return { matchedCount };
    },
    isMoved: true,
  },
  {
    row: 17,
    does: 'updates by what the schema does not know',
    run: ({ tills, options }) => tills.updateOne({ _id: tillId(1) }, { unknown: 1 }, options).exec(),
  },
  {
    row: 18,
    does: 'updates by a pipeline without saying so',
    run: ({ tills, options }) =>
      Promise.resolve().then(() =>
        tills.updateOne({ _id: tillId(1) }, [{ $set: { total: 1 } }], options).exec(),
      ),
  },
  {
    row: 19,
    does: 'finds and updates',
    run: ({ tills, options }) =>
      tills.findOneAndUpdate({ number: 'T-2' }, { $inc: { total: 1 } }, options).exec(),
    fail: ({ tills, options }) => tills.findOneAndUpdate({ number: 'T-2' }, OTHER_ID, options).exec(),
  },
  {
    row: 19,
    does: 'finds by id and updates, returning the new one',
    run: ({ tills, options }) =>
      tills.findByIdAndUpdate(tillId(2), { total: 3 }, { ...options, returnDocument: 'after' }).exec(),
  },
  {
    row: 19,
    does: 'finds none and inserts',
    run: ({ tills, options }) =>
      tills.findOneAndUpdate({ _id: tillId(9) }, { number: 'N' }, { ...options, upsert: true }).exec(),
  },
  {
    row: 19,
    does: 'finds and replaces',
    run: ({ tills, options }) =>
      tills
        .findOneAndReplace({ number: 'T-2' }, { number: 'R' }, { ...options, includeResultMetadata: true })
        .exec()
        .then(({ value, ok }) => ({ value, ok })),
    fail: ({ tills, options }) =>
      tills.findOneAndReplace({ number: 'T-2' }, { _id: tillId(8), number: 'R' }, options).exec(),
  },
  {
    row: 20,
    does: 'finds and updates nothing',
    run: ({ tills, options }) => tills.findOneAndUpdate({ number: 'T-2' }, {}, options).exec(),
  },
  {
    row: 21,
    does: 'finds and deletes',
    run: ({ tills, options }) =>
      tills
        .findOneAndDelete({ note: 'seed' }, { ...options, sort: { total: -1 }, projection: 'total' })
        .exec(),
    fail: ({ tills, options }) => tills.findOneAndDelete(REFUSED, options).exec(),
  },
  {
    row: 21,
    does: 'finds by id and deletes',
    run: ({ tills, options }) => tills.findByIdAndDelete(tillId(2), options).exec(),
  },
  {
    row: 22,
    does: 'deletes one',
    run: ({ tills, options }) => tills.deleteOne({ number: 'T-2' }, options).exec(),
    fail: ({ tills, options }) => tills.deleteOne(REFUSED, options).exec(),
  },
  {
    row: 22,
    does: 'deletes many',
    run: ({ tills, options }) => tills.deleteMany({ total: { $gte: 20 } }, options).exec(),
    fail: ({ tills, options }) => tills.deleteMany(REFUSED, options).exec(),
  },
  {
    row: 30,
    does: 'writes through a discriminator',
    run: async ({ drawers, options }) => [
      await drawers.updateMany({}, { drawer: 'middle' }, options),
      await drawers.create([{ _id: tillId(9), number: 'T-9', drawer: 'low', lines: [] }], options),
      await drawers.deleteOne({ _id: tillId(4) }, options),
    ],
    fail: ({ drawers, options }) =>
      drawers.create([{ _id: tillId(1), number: 'T-9', drawer: 'low', lines: [] }], options),
  },
];
