import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isSpreadStamp, lowestStamp } from '@bomba/sync-core';
import { type Binary, type Db, type Document, UUID } from 'mongodb';
import { type Mongoose } from 'mongoose';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { fromBinary } from '../../../src/bson/stamp-binary.js';
import {
  type Application,
  type CapturedWorld,
  contentOf,
  dirtyOf,
  metaIn,
  openCapturedWorld,
} from './captured-world.js';
import { billModel, idOf, seeds } from './scenarios.js';

const stampOf = (n: number): Binary =>
  new UUID(`01900000-0000-7000-8000-${String(n).padStart(12, '0')}`).toBinary();
const dbOf = ({ client, mongoose }: Application): Db => client.db(mongoose.connection.name);

const driverOf = ({ connection }: Mongoose): Db => connection.getClient().db(connection.name);

/** From where an application may aggregate. */
const ways: readonly {
  readonly way: string;
  readonly run: (application: Application, stage: Document) => Promise<unknown>;
}[] = [
  {
    way: 'a model',
    run: ({ mongoose }, stage) =>
      billModel(mongoose).aggregate([
        ...[{ $limit: 1 }, { $lookup: { from: 'sources', pipeline: [], as: 'all' } }],
        ...[{ $unwind: '$all' }, { $replaceRoot: { newRoot: '$all' } }],
        stage as never,
      ]),
  },
  {
    way: 'a collection of the connection',
    run: ({ mongoose }, stage) => mongoose.connection.collection('sources').aggregate([stage]).toArray(),
  },
  {
    way: "a collection of the driver's database",
    run: ({ mongoose }, stage) => driverOf(mongoose).collection('sources').aggregate([stage]).toArray(),
  },
  {
    way: 'a cursor that gets its stages later',
    run: async ({ mongoose }, stage) => {
      const cursor = driverOf(mongoose).collection('sources').aggregate();
      const found: unknown[] = [];
      for await (const document of cursor.addStage(stage).clone()) found.push(document);
      return found;
    },
  },
];

/** How it may write. `changes`: whether what is there already is written. */
const forms: readonly { readonly form: string; readonly stage: Document; readonly changes: boolean }[] = [
  { form: 'merging into what is there', stage: { $merge: 'bills' }, changes: true },
  {
    form: 'replacing what is there',
    stage: { $merge: { into: 'bills', whenMatched: 'replace' } },
    changes: true,
  },
  {
    form: 'keeping what is there',
    stage: { $merge: { into: 'bills', whenMatched: 'keepExisting' } },
    changes: false,
  },
  {
    form: 'refusing what is there',
    stage: { $merge: { into: 'bills', whenMatched: 'fail' } },
    changes: false,
  },
  {
    form: 'updating what is there by a pipeline',
    stage: {
      $merge: {
        into: 'bills',
        whenMatched: [{ $set: { total: { $add: ['$total', '$$new.total'] }, extra: '$$new' } }],
      },
    },
    changes: true,
  },
  {
    form: 'replacing what is there by a pipeline',
    stage: {
      $merge: { into: 'bills', whenMatched: [{ $replaceWith: { number: 'X', total: '$$new.total' } }] },
    },
    changes: true,
  },
  {
    form: 'inserting nothing',
    stage: { $merge: { into: 'bills', whenNotMatched: 'discard' } },
    changes: true,
  },
  { form: 'naming no collection', stage: { $merge: { into: 7 } }, changes: false },
];

const cases = ways.flatMap(({ way, run }) => forms.map((form) => ({ way, run, ...form })));

for (const topology of ['replicaSet', 'standalone'] as const) {
  describe(`an aggregation on a ${topology} that writes to a synced collection`, () => {
    let world: CapturedWorld;
    beforeAll(async () => {
      world = await openCapturedWorld(topology);
    });
    afterAll(() => world.stop());
    beforeEach(async () => {
      for (const application of [world.captured, world.plain]) {
        billModel(application.mongoose);
        await application.empty();
        const isCaptured = application === world.captured;
        const bills = seeds().map((seed, i) =>
          isCaptured ? { ...seed, _syncMeta: { stamp: stampOf(i + 1), held: stampOf(50) } } : seed,
        );
        await dbOf(application).collection('bills').insertMany(bills);
        const sources: Document[] = [
          { _id: idOf(2), total: 200 },
          { _id: idOf(9), number: 'B-9', total: 900 },
        ];
        await dbOf(application).collection('sources').insertMany(sources);
      }
      world.captured.announced.length = 0;
    });

    it.each(cases)('marks what it writes, $form, from $way', async ({ form, run, stage, changes }) => {
      const { captured, plain } = world;
      expect(await outcomeOf(run(captured, stage))).toEqual(await outcomeOf(run(plain, stage)));
      const stored = await captured.stored('bills');
      expect(stored.map(contentOf)).toEqual(await plain.stored('bills'));
      const written = [...(changes ? [idOf(2)] : []), idOf(9)].map(String);
      for (const document of stored) {
        const { stamp, held, dirty } = metaIn(document);
        const isNew = idOf(9).equals(document['_id'] as never);
        const n = seeds().findIndex(({ _id }) => _id.equals(document['_id'] as never)) + 1;
        expect(stamp).toEqual(isNew ? undefined : stampOf(n));
        const isWritten = written.includes(String(document['_id']));
        expect(isSpread(dirty)).toBe(isWritten);
        if (isWritten) expect(held).toBeUndefined();
      }
      expect(await captured.stored('_sync_tombstones')).toEqual([]);
      const isOurs = form !== 'naming no collection';
      expect(captured.announced.map(({ collection }) => collection)).toEqual(isOurs ? ['bills'] : []);
    });

    it.each(ways)(
      'replaces all from $way: what stays keeps its base, what goes leaves tombstones',
      async ({ run }) => {
        const { captured, plain } = world;
        const stage = { $out: 'bills' };
        expect(await outcomeOf(run(captured, stage))).toEqual(await outcomeOf(run(plain, stage)));
        const stored = await captured.stored('bills');
        expect(stored.map(contentOf)).toEqual(await plain.stored('bills'));
        expect(stored.map((document) => metaIn(document)['stamp'])).toEqual([stampOf(2), undefined]);
        expect(new Set(stored.map(dirtyOf)).size).toBe(1);
        const tombstones = await captured.stored('_sync_tombstones');
        expect(tombstones.map(({ _id, base, last }) => ({ _id, base, last }))).toEqual(
          [1, 3].map((n) => ({ _id: documentKeyOf('bills', idOf(n)), base: stampOf(n), last: stampOf(50) })),
        );
        expect(tombstones.map(({ pending }) => pending as unknown)).toEqual(
          [0, 0].map(() => metaIn(stored[0])['dirty']),
        );
        expect(await captured.stored('_sync_metadata')).toEqual([
          expect.objectContaining({ _id: 'collections' }),
          expect.objectContaining({ _id: 'pauses', stale: ['bills'] }),
          expect.objectContaining({ collection: 'bills', isSettled: true }),
        ]);
        expect(await captured.capture.isReplacing(dbOf(captured), 'bills')).toBe(false);
        expect(
          await dbOf(captured)
            .listCollections({ name: /^_sync_replaced/ })
            .toArray(),
        ).toEqual([]);
      },
    );

    it('has what a dead process replaced settled by another', async () => {
      const { captured } = world;
      const note = {
        collection: 'bills',
        id: stampOf(77),
        before: '_sync_replaced_x',
        begunAt: new Date(1),
        isSettled: false,
      };
      const metadata = dbOf(captured).collection<Document & { _id: string }>('_sync_metadata');
      await metadata.insertOne({ _id: 'replacement:x', ...note });
      await dbOf(captured)
        .collection('bills')
        .aggregate([{ $out: note.before }])
        .toArray();
      await dbOf(captured)
        .collection('bills')
        .deleteOne({ _id: idOf(1) });
      await captured.capture.settleReplacements(dbOf(captured), new Date(0));
      expect(await captured.stored('_sync_tombstones')).toEqual([]);
      await captured.capture.settleReplacements(dbOf(captured), new Date(2));
      expect((await captured.stored('_sync_tombstones')).map(({ _id }) => _id as unknown)).toEqual([
        documentKeyOf('bills', idOf(1)),
      ]);
      expect((await captured.stored('_sync_metadata')).map(({ _id }) => _id as unknown)).toEqual([
        'collections',
        'pauses',
      ]);
    });

    it('leaves one alone that writes elsewhere, is only explained, or fails', async () => {
      const { captured } = world;
      const before = await captured.stored('bills');
      const { mongoose } = captured;
      await billModel(mongoose).aggregate([{ $match: {} }, { $out: 'copies' }]);
      expect((await captured.stored('copies')).map(metaIn)).toEqual([{}, {}, {}]);
      const bad = mongoose.connection.collection('sources').aggregate([{ $nonsense: 1 }, { $out: 'bills' }]);
      await expect(bad.toArray()).rejects.toThrow();
      expect(await captured.stored('bills')).toEqual(before);
      expect(await captured.stored('_sync_tombstones')).toEqual([]);
    });
  });
}

const NO_BYTES = new Uint8Array(16);
const isSpread = (id: unknown): boolean => isSpreadStamp(fromBinary(id) ?? lowestStamp(NO_BYTES));

async function outcomeOf(running: Promise<unknown>): Promise<unknown> {
  try {
    return { result: await running };
  } catch (error) {
    const { name, code } = error as { readonly name: string; readonly code?: number };
    return { name, code };
  }
}
