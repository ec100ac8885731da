// Ways to write through Mongoose to keys that others write, too. A write sets `v` and `w` to its token; `n` counts the edits
// since the content was last put as a whole, so that an edit that is lost or done twice shows.

/** @typedef {{ key: string, kind: 'put' | 'edit' | 'delete' }} Effect */

/**
 * Plans a write: what it does to which keys, and how. `run` resolves with how many documents the application was told of,
 * null where the call does not say.
 */
export function planWrite(random, { Item, keys, token, hasTransactions }) {
  const names = hasTransactions ? besideTransactions : withoutTransactions;
  const name = names[Math.floor(random() * names.length)];
  const left = [...keys];
  const some = (count) =>
    Array.from({ length: Math.min(count, left.length) }, () =>
      left.splice(Math.floor(random() * left.length), 1),
    ).flat();
  return { way: name, ...ways[name]({ Item, token, some }) };
}

const edit = (token) => ({ $set: { v: token, w: token }, $inc: { n: 1 } });
const editByPipeline = (token) => [
  { $set: { v: token, w: token, n: { $add: [{ $ifNull: ['$n', 0] }, 1] } } },
];
const content = (token) => ({ v: token, w: token, n: 1 });
const change = (document, token) => document.set({ v: token, w: token }).$inc('n', 1);
const wrote = (written) => ({ written, deleted: null });
const removed = (deleted) => ({ written: null, deleted });
const upserts = { upsert: true };

const on = (kind, count, run) => (lane) => {
  const keys = lane.some(count);
  return { effects: keys.map((key) => ({ key, kind })), run: () => run({ ...lane, keys, _id: keys[0] }) };
};

const ways = {
  create: on('put', 1, async ({ Item, _id, token }) => {
    await Item.create({ _id, ...content(token) });
    return wrote(1);
  }),
  save: on('put', 1, async ({ Item, _id, token }) => {
    await new Item({ _id, ...content(token) }).save();
    return wrote(1);
  }),
  insertMany: on('put', 2, async ({ Item, keys, token }) => {
    const items = await Item.insertMany(keys.map((_id) => ({ _id, ...content(token) })));
    return wrote(items.length);
  }),
  insertManyUnordered: on('put', 2, async ({ Item, keys, token }) => {
    const items = keys.map((_id) => ({ _id, ...content(token) }));
    return wrote((await Item.insertMany(items, { ordered: false })).length);
  }),
  saveChanges: on('edit', 1, async ({ Item, _id, token }) => {
    const item = await Item.findById(_id);
    if (!item) return wrote(0);
    await change(item, token).save();
    return wrote(1);
  }),
  bulkSave: on('edit', 2, async ({ Item, keys, token }) => {
    const items = await Item.find({ _id: { $in: keys } });
    if (items.length === 0) return wrote(0);
    await Item.bulkSave(items.map((item) => change(item, token)));
    return wrote(null);
  }),
  updateOne: on('edit', 1, async ({ Item, _id, token }) =>
    wrote((await Item.updateOne({ _id }, edit(token))).modifiedCount),
  ),
  updateOrInsert: on('edit', 1, async ({ Item, _id, token }) => {
    const result = await Item.updateOne({ _id }, edit(token), upserts);
    return wrote(result.modifiedCount + result.upsertedCount);
  }),
  updateByPipeline: on('edit', 1, async ({ Item, _id, token }) => {
    const result = await Item.updateOne({ _id }, editByPipeline(token), { updatePipeline: true });
    return wrote(result.modifiedCount);
  }),
  updateMany: on('edit', 2, async ({ Item, keys, token }) =>
    wrote((await Item.updateMany({ _id: { $in: keys } }, edit(token))).modifiedCount),
  ),
  findOneAndUpdate: on('edit', 1, async ({ Item, _id, token }) =>
    wrote((await Item.findOneAndUpdate({ _id }, edit(token))) ? 1 : 0),
  ),
  findOneAndUpdateOrInsert: on('edit', 1, async ({ Item, _id, token }) => {
    await Item.findOneAndUpdate({ _id }, edit(token), upserts);
    return wrote(1);
  }),
  replaceOne: on('put', 1, async ({ Item, _id, token }) =>
    wrote((await Item.replaceOne({ _id }, content(token))).modifiedCount),
  ),
  replaceOrInsert: on('put', 1, async ({ Item, _id, token }) => {
    const result = await Item.replaceOne({ _id }, content(token), upserts);
    return wrote(result.modifiedCount + result.upsertedCount);
  }),
  findOneAndReplace: on('put', 1, async ({ Item, _id, token }) =>
    wrote((await Item.findOneAndReplace({ _id }, content(token))) ? 1 : 0),
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
  transaction: ({ Item, token, some }) => {
    const [edited, put, deleted] = some(3);
    const run = async () => {
      let counts = null;
      await Item.db.transaction(async (session) => {
        const [first, second] = [
          await Item.updateOne({ _id: edited }, edit(token), { session }),
          await Item.replaceOne({ _id: put }, content(token), { session }),
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

function bulk({ Item, token, some }, options) {
  const [edited, put, deleted] = some(3);
  const operations = [
    { updateOne: { filter: { _id: edited }, update: edit(token) } },
    { replaceOne: { filter: { _id: put }, replacement: content(token), upsert: true } },
    { deleteOne: { filter: { _id: deleted } } },
  ];
  const run = async () => {
    const result = await Item.bulkWrite(operations, options);
    return { written: result.modifiedCount + result.upsertedCount, deleted: result.deletedCount };
  };
  return { effects: effectsOf({ edited, put, deleted }), run };
}
