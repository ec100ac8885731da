import { type HydratedDocument } from 'mongoose';
import { type PathContext, type WritePath } from './path.js';
import { type Till, tillId } from './till-model.js';

const till = (n: number, more: Partial<Till> = {}): Till => ({
  ...{ _id: tillId(n), number: `T-${n}`, total: n, lines: [] },
  ...more,
});
const found = ({ tills, options }: PathContext, n: number): Promise<HydratedDocument<Till>> =>
  tills.findById(tillId(n), null, options).orFail().exec();

/** Paths that start from documents: rows 1 to 5, 14, 15, 23 to 25, 29. */
export const documentPaths: readonly WritePath[] = [
  {
    row: 1,
    does: 'saves a new document',
    run: ({ tills, options }) => new tills(till(9)).save(options),
    fail: ({ tills, options }) => new tills(till(1)).save(options),
  },
  {
    row: 1,
    does: 'creates one',
    run: ({ tills, options }) => tills.create([till(9)], options),
    fail: ({ tills, options }) => tills.create([till(1)], options),
  },
  {
    row: 1,
    does: 'inserts one',
    run: ({ tills, options }) => tills.insertOne(till(9), options),
    fail: ({ tills, options }) => tills.insertOne(till(1), options),
  },
  {
    row: 2,
    does: 'saves a loaded document',
    run: async (context) => {
      const doc = await found(context, 1);
      doc.total = 99;
      doc.lines.push({ name: 'cake', price: 4 });
      return doc.save(context.options);
    },
    fail: async (context) => {
      const doc = await found(context, 1);
      doc.set('total', 99);
      doc.$where = { extra: { $nonsense: 1 } };
      return doc.save(context.options);
    },
  },
  {
    row: 3,
    does: 'saves a loaded document without a change',
    run: async (context) => (await found(context, 1)).save(context.options),
  },
  {
    row: 4,
    does: 'saves a document that somebody has changed since',
    run: async (context) => {
      const doc = await found(context, 1);
      await somebodyChanges(context, 1);
      return doc.set({ total: 7 }).save(context.options);
    },
  },
  {
    row: 4,
    does: 'saves a document that is gone',
    run: async (context) => {
      const doc = await found(context, 1);
      await somebodyDeletes(context, 1);
      return doc.set({ total: 7 }).save(context.options);
    },
  },
  {
    row: 5,
    does: 'creates several at once',
    isParallel: true,
    run: ({ tills, options }) => tills.create([till(8), till(9)], options),
  },
  {
    row: 5,
    does: 'creates several in turn',
    run: ({ tills, options }) => tills.create([till(8), till(9)], { ...options, ordered: true }),
    fail: ({ tills, options }) => tills.create([till(8), till(1), till(9)], { ...options, ordered: true }),
  },
  {
    row: 14,
    does: 'saves documents in bulk',
    run: async (context) => {
      const docs = [await found(context, 1), await found(context, 2), new context.tills(till(9))];
      docs[0]?.set({ total: 5 });
      return context.tills.bulkSave(docs, context.options);
    },
    fail: async ({ tills, options }) => tills.bulkSave([new tills(till(9)), new tills(till(1))], options),
  },
  {
    row: 15,
    does: 'saves documents in bulk, one of them changed since',
    run: async (context) => {
      const docs = [await found(context, 1), await found(context, 2)];
      await somebodyChanges(context, 1);
      for (const doc of docs) doc.set({ total: 5 });
      return context.tills.bulkSave(docs, context.options);
    },
  },
  {
    row: 23,
    does: 'deletes a loaded document',
    run: async (context) => (await found(context, 3)).deleteOne(context.options),
    fail: async (context) => {
      const doc = await found(context, 3);
      doc.$where = { extra: { $nonsense: 1 } };
      return doc.deleteOne(context.options);
    },
  },
  {
    row: 23,
    does: 'deletes a loaded document that is gone',
    run: async (context) => {
      const doc = await found(context, 3);
      await somebodyDeletes(context, 3);
      return doc.deleteOne(context.options);
    },
  },
  {
    row: 24,
    does: 'updates through a loaded document',
    run: (context) => updateFound(context, { $inc: { total: 1 } }),
    fail: (context) => updateFound(context, { $set: { _id: tillId(8) } }),
  },
  {
    row: 25,
    does: 'replaces through a loaded document',
    run: (context) => replaceFound(context, { number: 'R', total: 1, lines: [] }),
    fail: (context) => replaceFound(context, { _id: tillId(8), number: 'R', lines: [] }),
  },
  {
    row: 29,
    does: 'saves a parent whose children have changed',
    run: async (context) => {
      const doc = await found(context, 1);
      doc.lines.shift();
      doc.lines.push({ name: 'milk' });
      return doc.save(context.options);
    },
  },
  {
    row: 2,
    does: 'saves each document of a cursor',
    run: async ({ tills, options }) => {
      const seen: string[] = [];
      const cursor = tills
        .find({ total: { $gte: 20 } }, null, options)
        .sort({ _id: 1 })
        .cursor();
      await cursor.eachAsync(async (doc) => {
        seen.push(doc.number);
        await doc.set({ note: 'seen' }).save(options);
      });
      return seen;
    },
  },
];

async function updateFound(context: PathContext, update: object): Promise<unknown> {
  const result: unknown = await (await found(context, 1)).updateOne(update, context.options);
  return result;
}

async function replaceFound(context: PathContext, replacement: object): Promise<unknown> {
  const result: unknown = await (await found(context, 1)).replaceOne(replacement, context.options);
  return result;
}

/** Somebody else, without hooks. */
async function somebodyChanges({ tills, options }: PathContext, n: number): Promise<void> {
  await tills.updateOne({ _id: tillId(n) }, { $inc: { __v: 1 } }, { ...options, middleware: false }).exec();
}

async function somebodyDeletes({ tills, options }: PathContext, n: number): Promise<void> {
  await tills.deleteOne({ _id: tillId(n) }, { ...options, middleware: false }).exec();
}
