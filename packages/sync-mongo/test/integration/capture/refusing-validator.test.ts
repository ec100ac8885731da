import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClientSession, type Document } from 'mongodb';
import { type Model, type Mongoose, Schema } from 'mongoose';
import { type Application, type CapturedWorld, contentOf, openCapturedWorld } from './captured-world.js';
import { observe, textOf } from './observation.js';

interface Ticket {
  _id: number;
  note?: string;
  n?: number;
}

const schema = { additionalProperties: false, properties: { _id: {}, note: { minLength: 1 }, n: {} } };
/** How a validator may refuse a further field: one that is recognised by its rules, and one that only shows. */
const validators: readonly (readonly [string, Document])[] = [
  ['by its schema', { $jsonSchema: schema }],
  ['by an expression', { $expr: { $ne: [{ $type: '$_syncMeta' }, 'object'] }, note: { $ne: '' } }],
];

interface Write {
  readonly does: string;
  readonly run: (tickets: Model<Ticket>, session?: ClientSession) => unknown;
}

const writes: readonly Write[] = [
  {
    does: 'creates several',
    run: (tickets, session) =>
      tickets.create([{ _id: 7 }, { _id: 8 }], {
        ordered: true,
        ...(session && { session }),
      }),
  },
  {
    does: 'inserts many',
    run: (tickets, session) =>
      tickets.insertMany([{ _id: 7 }, { _id: 8 }, { _id: 9 }], {
        ...(session && { session }),
      }),
  },
  {
    does: 'inserts many raw',
    run: (tickets, session) =>
      tickets.insertMany([{ _id: 7 }], { rawResult: true, ...(session && { session }) }),
  },
  {
    does: 'inserts many, one of them invalid',
    run: (tickets) => tickets.insertMany([{ _id: 7, note: '' }, { _id: 8 }, { _id: 9 }]),
  },
  {
    does: 'inserts many without an order, one of them invalid and one there already',
    run: (tickets) =>
      tickets.insertMany([{ _id: 7 }, { _id: 8, note: '' }, { _id: 1 }, { _id: 9 }], { ordered: false }),
  },
  {
    does: 'updates one',
    run: (tickets, session) =>
      tickets.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { ...(session && { session }) }),
  },
  {
    does: 'finds one and updates it by a pipeline',
    run: (tickets, session) =>
      tickets
        .findOneAndUpdate({ _id: 1 }, [{ $set: { n: 5 } }], { session, updatePipeline: true } as object)
        .lean(),
  },
  {
    does: 'updates many',
    run: (tickets, session) => tickets.updateMany({}, { $inc: { n: 1 } }, { ...(session && { session }) }),
  },
  {
    does: 'updates many with an upsert',
    run: (tickets, session) =>
      tickets.updateMany({ _id: 7 }, { $inc: { n: 1 } }, { upsert: true, ...(session && { session }) }),
  },
  { does: 'updates many to what is invalid', run: (tickets) => tickets.updateMany({}, { note: '' }) },
  {
    does: 'replaces one, or inserts it',
    run: (tickets, session) =>
      tickets.replaceOne({ _id: 7 }, { note: 'new' }, { upsert: true, ...(session && { session }) }),
  },
  {
    does: 'writes a bulk in order',
    run: (tickets, session) =>
      tickets.bulkWrite(
        [
          { insertOne: { document: { _id: 7 } } },
          { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } } },
          { updateMany: { filter: { _id: { $lte: 3 } }, update: { $inc: { n: 10 } } } },
          { replaceOne: { filter: { _id: 2 }, replacement: { note: 'other' } } },
          { replaceOne: { filter: { _id: 8 }, replacement: { note: 'new' }, upsert: true } },
          { deleteOne: { filter: { _id: 3 } } },
          { deleteOne: { filter: { _id: 7 } } },
        ],
        { ...(session && { session }) },
      ),
  },
  {
    does: 'writes a bulk in order, one of it invalid',
    run: (tickets) =>
      tickets.bulkWrite([
        { updateMany: { filter: {}, update: { $inc: { n: 10 } } } },
        { updateOne: { filter: { _id: 2 }, update: { $set: { note: '' } } } },
        { insertOne: { document: { _id: 7 } } },
      ]),
  },
  {
    does: 'writes a bulk without an order, one of it invalid',
    run: (tickets) =>
      tickets.bulkWrite(
        [
          { updateMany: { filter: { _id: 1 }, update: { $inc: { n: 10 } } } },
          { updateOne: { filter: { _id: 2 }, update: { $set: { note: '' } } } },
          { replaceOne: { filter: { _id: 8 }, replacement: { note: 'new' }, upsert: true } },
          { replaceOne: { filter: { _id: 9 }, replacement: { note: 'new' }, upsert: true } },
          { insertOne: { document: { _id: 7 } } },
        ],
        { ordered: false },
      ),
  },
  {
    does: 'deletes one',
    run: (tickets, session) => tickets.deleteOne({ _id: 1 }, { ...(session && { session }) }),
  },
  {
    does: 'deletes many',
    run: (tickets, session) => tickets.deleteMany({}, { ...(session && { session }) }),
  },
];

describe.each(validators)(
  'a validator that refuses metadata %s, and is added while sync runs',
  (form, validator) => {
    let world: CapturedWorld;
    let at = 0;
    beforeAll(async () => {
      world = await openCapturedWorld('replicaSet');
    });
    afterAll(() => world.stop());
    // A collection that was refused once stays so: each test has one of its own.
    beforeEach(async () => {
      at++;
      for (const { mongoose } of [world.captured, world.plain]) {
        await ticketModel(mongoose).create([1, 2, 3].map((_id) => ({ _id, n: _id })));
        await mongoose.connection.db?.command({ collMod: `tickets${at}`, validator });
      }
    });

    const ticketModel = (mongoose: Mongoose): Model<Ticket> =>
      mongoose.models[`Ticket${at}`] ??
      mongoose.model<Ticket>(
        `Ticket${at}`,
        new Schema<Ticket>(
          { _id: Number, note: String, n: Number },
          { versionKey: false, collection: `tickets${at}` },
        ),
      );
    const seenBy = ({ mongoose }: Application, run: Write['run']): Promise<string> =>
      observe(() => run(ticketModel(mongoose)));
    const contents = async (application: Application): Promise<string> =>
      textOf((await application.stored(`tickets${at}`)).map(contentOf)).replaceAll(/tickets\d+/g, 'tickets');

    it.each(writes)('lets an application through that $does', async ({ run }) => {
      expect(await seenBy(world.captured, run)).toBe(await seenBy(world.plain, run));
      expect(await contents(world.captured)).toBe(await contents(world.plain));
    });

    it('is told as the reason why the collection is not synced any more; then all goes as without sync', async () => {
      const reason = expect.stringContaining('_syncMeta');
      await ticketModel(world.captured.mongoose).updateMany({}, { $inc: { n: 1 } });
      await ticketModel(world.plain.mongoose).updateMany({}, { $inc: { n: 1 } });
      expect(world.captured.capture.refused()).toContainEqual({ collection: `tickets${at}`, reason });
      expect(world.captured.capture.collections()).not.toContain(`tickets${at}`);
      for (const { run } of writes.filter(({ does }) =>
        /^(updates one|writes a bulk in order|deletes)/.test(does),
      )) {
        expect(await seenBy(world.captured, run)).toBe(await seenBy(world.plain, run));
        expect(await contents(world.captured)).toBe(await contents(world.plain));
      }
    });

    // Only by its schema is it known before the transaction has failed for good.
    if (form !== 'by its schema') return;
    it.each(writes.filter(({ does }) => !does.includes('invalid')))(
      'lets a transaction through at the next try that $does',
      async ({ run }) => {
        for (const { mongoose } of [world.captured, world.plain]) {
          await mongoose.connection.transaction(async (session) => {
            await run(ticketModel(mongoose), session);
          });
        }
        expect(await contents(world.captured)).toBe(await contents(world.plain));
      },
    );
  },
);
