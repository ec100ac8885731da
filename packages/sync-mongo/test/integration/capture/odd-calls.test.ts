import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type Collection } from 'mongodb';
import { type Application, type CapturedWorld, contentOf, openCapturedWorld } from './captured-world.js';
import { observe, textOf } from './observation.js';
import { type Bill, billModel, idOf, seedBills } from './scenarios.js';

interface OddCall {
  readonly does: string;
  readonly run: (bills: Collection<Bill>, model: ReturnType<typeof billModel>) => unknown;
}

const bill = (n: number): Bill => ({ _id: idOf(n), number: `B-${n}`, total: n, lines: [] });
const replacement = (n: number) => ({ number: `B-${n}`, total: n, lines: [] });

const calls: readonly OddCall[] = [
  {
    does: 'updates one by a Map',
    run: (bills) => bills.updateOne({ _id: idOf(1) }, new Map([['$set', { total: 5 }]])),
  },
  {
    does: 'updates many by a Map',
    run: (bills) => bills.updateMany({}, new Map([['$set', { total: 5 }]])),
  },
  {
    does: 'finds one and updates it by a Map',
    run: (bills) => bills.findOneAndUpdate({ _id: idOf(1) }, new Map([['$set', { total: 5 }]])),
  },
  {
    does: 'updates one by a Map, from the model',
    run: (_, model) => model.updateOne({ _id: idOf(1) }, new Map([['$set', { total: 5 }]])),
  },
  {
    does: 'updates one by a Map in a bulk',
    run: (bills) =>
      bills.bulkWrite([
        { updateOne: { filter: { _id: idOf(1) }, update: new Map([['$set', { total: 5 }]]) } },
      ]),
  },
  {
    does: 'updates by a Map inside',
    run: (bills) => bills.updateOne({ _id: idOf(1) }, { $set: new Map([['total', 5]]) }),
  },
  {
    does: 'replaces one by a Map',
    run: (bills) => bills.replaceOne({ _id: idOf(1) }, new Map([['total', 5]]) as never),
  },
  { does: 'replaces one by a list', run: (bills) => bills.replaceOne({ _id: idOf(1) }, [] as never) },
  {
    does: 'replaces one by a list, from the model',
    run: (_, model) => model.replaceOne({ _id: idOf(1) }, [] as never),
  },
  {
    does: 'replaces one by a list, or inserts it',
    run: (bills) =>
      bills
        .replaceOne({ _id: idOf(9), number: 'B-9' }, [] as never, { upsert: true })
        .then(({ upsertedCount }) => upsertedCount),
  },
  {
    does: 'finds one and replaces it by a list',
    run: (bills) => bills.findOneAndReplace({ _id: idOf(1) }, [] as never),
  },
  {
    does: 'replaces by lists in a bulk',
    run: (bills) =>
      bills.bulkWrite([
        { replaceOne: { filter: { _id: idOf(1) }, replacement: [] as never } },
        { replaceOne: { filter: { _id: idOf(2) }, replacement: [] as never, upsert: true } },
      ]),
  },
  {
    does: 'writes a bulk in order that fails before some of its insertions',
    run: (bills) =>
      bills.bulkWrite([
        { insertOne: { document: bill(7) } },
        { deleteOne: { filter: { _id: idOf(1) } } },
        { insertOne: { document: bill(8) } },
        { insertOne: { document: bill(2) } },
        { insertOne: { document: bill(9) } },
        { deleteOne: { filter: { _id: idOf(3) } } },
      ]),
  },
  {
    does: 'writes a bulk in order that fails, and gives what it was to insert an _id',
    run: async (bills) => {
      const late: Partial<Bill> = { number: 'late' };
      const operations = [
        { insertOne: { document: bill(2) } },
        { deleteOne: { filter: { _id: idOf(3) } } },
        { insertOne: { document: late as Bill } },
      ];
      const error = await bills.bulkWrite(operations).catch((reason: unknown) => reason);
      return { error: (error as Error).message, hasId: late._id !== undefined };
    },
  },
  {
    does: 'writes a bulk without an order, some of its insertions being there already',
    run: (bills) =>
      bills.bulkWrite(
        [
          { deleteOne: { filter: { _id: idOf(1) } } },
          { insertOne: { document: bill(2) } },
          { insertOne: { document: bill(8) } },
        ],
        { ordered: false },
      ),
  },
  {
    does: 'deletes in a bulk without waiting for the answer',
    run: (bills) =>
      bills.bulkWrite(
        [{ deleteOne: { filter: { _id: idOf(1) } } }, { deleteMany: { filter: { total: { $gte: 30 } } } }],
        { writeConcern: { w: 0 } },
      ),
  },
  {
    does: 'inserts, replaces and deletes in a bulk without waiting for the answer',
    run: (bills) =>
      bills.bulkWrite(
        [
          { deleteOne: { filter: { _id: idOf(1) } } },
          { replaceOne: { filter: { _id: idOf(8) }, replacement: replacement(8), upsert: true } },
          { deleteOne: { filter: { _id: idOf(3) } } },
        ],
        { ordered: false, writeConcern: { w: 0 } },
      ),
  },
  {
    does: 'writes a bulk without an order, an update of what a replacement before it inserts',
    run: (bills) =>
      bills.bulkWrite(
        [
          { deleteOne: { filter: { _id: idOf(1) } } },
          { replaceOne: { filter: { _id: idOf(8) }, replacement: replacement(8), upsert: true } },
          { updateOne: { filter: { _id: idOf(8) }, update: { $inc: { total: 1 } } } },
          { replaceOne: { filter: { _id: idOf(2) }, replacement: replacement(20), upsert: true } },
          { insertOne: { document: bill(9) } },
          { updateMany: { filter: { total: { $gte: 9 } }, update: { $set: { note: 'dear' } } } },
        ],
        { ordered: false },
      ),
  },
];

for (const topology of ['replicaSet', 'standalone'] as const) {
  describe(`a call that is seldom made, on a ${topology}, with capture as without`, () => {
    let world: CapturedWorld;
    beforeAll(async () => {
      world = await openCapturedWorld(topology);
    });
    afterAll(() => world.stop());
    beforeEach(() => seedBills(world));

    it.each(calls)('$does', async ({ run }) => {
      const seenBy = ({ mongoose }: Application): Promise<string> => {
        const model = billModel(mongoose);
        return observe(() => run(model.collection as unknown as Collection<Bill>, model));
      };
      expect(await seenBy(world.captured)).toBe(await seenBy(world.plain));
      // What nobody waits for takes its time.
      const isSame = async (): Promise<boolean> =>
        textOf((await world.captured.stored('bills')).map(contentOf)) ===
        textOf(await world.plain.stored('bills'));
      await waitFor(isSame, { what: 'the same documents', timeoutMs: 3_000 });
    });
  });
}
