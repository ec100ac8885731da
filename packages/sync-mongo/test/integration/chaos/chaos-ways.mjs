// Ways to write through Mongoose to keys that others write, too. A write sets `v` and `w` to its token; `n` counts the edits
// since the content was last put as a whole, so that an edit that is lost or done twice shows.

/** @typedef {{ key: string, kind: 'put' | 'edit' | 'delete' }} Effect */

/**
 * Plans a write: what it does to which keys, and how. `run` resolves with how many documents the application was told of,
 * null where the call does not say. `beside` is what it sets beside its token.
 */
export function planWrite(random, { Item, keys, token, hasTransactions, beside }) {
  const names = hasTransactions ? besideTransactions : withoutTransactions;
  const name = names[Math.floor(random() * names.length)];
  const left = [...keys];
  const some = (count) =>
    Array.from({ length: Math.min(count, left.length) }, () =>
      left.splice(Math.floor(random() * left.length), 1),
    ).flat();
  const { effects, run } = ways[name]({ Item, token, some, beside });
  return { way: name, logged: { effects }, run };
}

const edit = ({ token, beside }) => ({ $set: { v: token, w: token, ...beside }, $inc: { n: 1 } });
const editByPipeline = ({ token, beside }) => [
  { $set: { v: token, w: token, ...beside, n: { $add: [{ $ifNull: ['$n', 0] }, 1] } } },
];
const content = ({ token, beside }) => ({ v: token, w: token, n: 1, ...beside });
const change = (document, { token, beside }) => document.set({ v: token, w: token, ...beside }).$inc('n', 1);
const wrote = (written) => ({ written, deleted: null });
const removed = (deleted) => ({ written: null, deleted });
const upserts = { upsert: true };

const on = (kind, count, run) => (lane) => {
  const keys = lane.some(count);
  return { effects: keys.map((key) => ({ key, kind })), run: () => run({ ...lane, keys, _id: keys[0] }) };
};

const ways = {
  create: on('put', 1, async ({ Item, _id, ...lane }) => {
    await Item.create({ _id, ...content(lane) });
    return wrote(1);
  }),
  save: on('put', 1, async ({ Item, _id, ...lane }) => {
    await new Item({ _id, ...content(lane) }).save();
    return wrote(1);
  }),
  insertMany: on('put', 2, async ({ Item, keys, ...lane }) => {
    const items = await Item.insertMany(keys.map((_id) => ({ _id, ...content(lane) })));
    return wrote(items.length);
  }),
  insertManyUnordered: on('put', 2, async ({ Item, keys, ...lane }) => {
    const items = keys.map((_id) => ({ _id, ...content(lane) }));
    return wrote((await Item.insertMany(items, { ordered: false })).length);
  }),
  saveChanges: on('edit', 1, async ({ Item, _id, ...lane }) => {
    const item = await Item.findById(_id);
    if (!item) return wrote(0);
    await change(item, lane).save();
    return wrote(1);
  }),
  bulkSave: on('edit', 2, async ({ Item, keys, ...lane }) => {
    const items = await Item.find({ _id: { $in: keys } });
    if (items.length === 0) return wrote(0);
    await Item.bulkSave(items.map((item) => change(item, lane)));
    return wrote(null);
  }),
  updateOne: on('edit', 1, async ({ Item, _id, ...lane }) =>
    wrote((await Item.updateOne({ _id }, edit(lane))).modifiedCount),
  ),
  updateOrInsert: on('edit', 1, async ({ Item, _id, ...lane }) => {
    const result = await Item.updateOne({ _id }, edit(lane), upserts);
    return wrote(result.modifiedCount + result.upsertedCount);
  }),
  updateByPipeline: on('edit', 1, async ({ Item, _id, ...lane }) => {
    const result = await Item.updateOne({ _id }, editByPipeline(lane), { updatePipeline: true });
    return wrote(result.modifiedCount);
  }),
  updateMany: on('edit', 2, async ({ Item, keys, ...lane }) =>
    wrote((await Item.updateMany({ _id: { $in: keys } }, edit(lane))).modifiedCount),
  ),
  findOneAndUpdate: on('edit', 1, async ({ Item, _id, ...lane }) =>
    wrote((await Item.findOneAndUpdate({ _id }, edit(lane))) ? 1 : 0),
  ),
  findOneAndUpdateOrInsert: on('edit', 1, async ({ Item, _id, ...lane }) => {
    await Item.findOneAndUpdate({ _id }, edit(lane), upserts);
    return wrote(1);
  }),
  replaceOne: on('put', 1, async ({ Item, _id, ...lane }) =>
    wrote((await Item.replaceOne({ _id }, content(lane))).modifiedCount),
  ),
  replaceOrInsert: on('put', 1, async ({ Item, _id, ...lane }) => {
    const result = await Item.replaceOne({ _id }, content(lane), upserts);
    return wrote(result.modifiedCount + result.upsertedCount);
  }),
  findOneAndReplace: on('put', 1, async ({ Item, _id, ...lane }) =>
    wrote((await Item.findOneAndReplace({ _id }, content(lane))) ? 1 : 0),
  ),
  deleteOne: on('delete', 1, async ({ Item, _id }) => removed((await Item.deleteOne({ _id })).deletedCount)),
  deleteDocument: on('delete', 1, async ({ Item, _id }) => {
    const item = await Item.findById(_id);
    if (!item) return removed(0);
    await item.deleteOne();
    return removed(null);
  }),
  findOneAndDelete: on('delete', 1, async ({ Item, _id }) =>
    removed((await Item.findOneAndDelete({ _id })) ? 1 : 0),
  ),
  deleteMany: on('delete', 2, async ({ Item, keys }) =>
    removed((await Item.deleteMany({ _id: { $in: keys } })).deletedCount),
  ),
  bulkWrite: (lane) => bulk(lane, { ordered: true }),
  bulkWriteUnordered: (lane) => bulk(lane, { ordered: false }),
  transaction: (lane) => {
    const { Item, some } = lane;
    const [edited, put, deleted] = some(3);
    const run = async () => {
      let counts = null;
      await Item.db.transaction(async (session) => {
        const [first, second] = [
          await Item.updateOne({ _id: edited }, edit(lane), { session }),
          await Item.replaceOne({ _id: put }, content(lane), { session }),
        ];
        const third = await Item.deleteOne({ _id: deleted }, { session });
        counts = { written: first.modifiedCount + second.modifiedCount, deleted: third.deletedCount };
      });
      return counts;
    };
    return { effects: effectsOf({ edited, put, deleted }), run };
  },
};

const withoutTransactions = Object.keys(ways).filter((name) => name !== 'transaction');

/** SecantusDB stands still for ever where a write of many documents meets one that a transaction has written. */
const ofMany = /many|delete|bulkWrite/i;
const besideTransactions = Object.keys(ways).filter((name) => !ofMany.test(name));

function effectsOf({ edited, put, deleted }) {
  return [
    { key: edited, kind: 'edit' },
    { key: put, kind: 'put' },
    { key: deleted, kind: 'delete' },
  ];
}

function bulk(lane, options) {
  const { Item, some } = lane;
  const [edited, put, deleted] = some(3);
  const operations = [
    { updateOne: { filter: { _id: edited }, update: edit(lane) } },
    { replaceOne: { filter: { _id: put }, replacement: content(lane), upsert: true } },
    { deleteOne: { filter: { _id: deleted } } },
  ];
  const run = async () => {
    const result = await Item.bulkWrite(operations, options);
    return { written: result.modifiedCount + result.upsertedCount, deleted: result.deletedCount };
  };
  return { effects: effectsOf({ edited, put, deleted }), run };
}
