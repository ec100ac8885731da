import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BSON, Binary, type Document, UUID } from 'mongodb';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import {
  type CapturedWorld,
  contentOf,
  dirtyOf,
  hexOf,
  metaIn,
  openCapturedWorld,
} from './captured-world.js';
import { billModel, idOf, scenarios, seeds } from './scenarios.js';
import { carriesDirtyId } from '../../../src/audit/carries-dirty-id.js';
import { writeStatementsOf } from '../../../src/audit/write-statements.js';

const stampOf = (n: number): Binary =>
  new UUID(`01900000-0000-7000-8000-${String(n).padStart(12, '0')}`).toBinary();

/** Metadata that every write must keep, and marks that every write must take away. */
const metaOf = (n: number): Document => ({
  ...{
    stamp: stampOf(n),
    origin: 'local',
    version: n,
    conflictCount: 0,
    digest: `d${n}`,
    held: stampOf(100 + n),
  },
  ...{ derived: true },
});
const keptMeta = ({ stamp, origin, version, conflictCount, digest }: Document): Document => ({
  ...{ stamp, origin, version, conflictCount, digest },
});

const textOf = (value: unknown): string => BSON.EJSON.stringify(value, { relaxed: false });
const byId = (documents: readonly Document[]): Map<string, Document> =>
  new Map(documents.map((document) => [String(document._id), document]));

for (const topology of ['replicaSet', 'standalone'] as const) {
  describe(`every write on a ${topology}`, () => {
    let world: CapturedWorld;
    beforeAll(async () => {
      world = await openCapturedWorld(topology);
    });
    afterAll(() => world.stop());
    beforeEach(async () => {
      const { captured } = world;
      await captured.empty();
      const bills = captured.client.db('with_capture').collection('bills');
      await bills.insertMany(seeds().map((seed, i) => ({ ...seed, _syncMeta: metaOf(i + 1) })));
      captured.takeCommands();
      captured.announced.length = 0;
    });

    it.each(scenarios)('leaves its marks when the application $does', async (scenario) => {
      const { captured } = world;
      const before = byId(await captured.stored('bills'));
      await Promise.resolve(scenario.run(billModel(captured.mongoose), captured.mongoose)).catch(
        () => undefined,
      );
      const after = byId(await captured.stored('bills'));
      const tombstones = byId(await captured.stored('_sync_tombstones'));

      const dirty: unknown[] = [];
      for (const [id, document] of after) {
        const old = before.get(id);
        if (old && textOf(contentOf(old)) === textOf(contentOf(document))) continue;
        const { dirty: mark, held, deleting, last, derived, ...kept } = document._syncMeta as Document;
        expect({ held, deleting, last, derived }).toEqual({});
        expect(mark).toBeInstanceOf(Binary);
        expect(kept).toEqual(old ? keptMeta(old._syncMeta as Document) : {});
        dirty.push(hexOf(mark));
      }
      const removed = [...before].filter(([id]) => !after.has(id));
      for (const [, { _id, _syncMeta }] of removed) {
        const key = documentKeyOf('bills', _id);
        const { pending, last, notedAt, ...tombstone } = tombstones.get(key) ?? {};
        expect(notedAt).toBeInstanceOf(Date);
        for (const id of [pending, last]) expect(id).toBeInstanceOf(Binary);
        expect(tombstone).toEqual({
          ...{ _id: key, collection: 'bills', documentId: _id },
          base: _syncMeta.stamp,
        });
      }
      expect(tombstones.size).toBe(removed.length);
      const isWritten = dirty.length + removed.length > 0;
      if (isWritten) expect(captured.announced.map(({ collection }) => collection)).toContain('bills');
    });

    it.each(scenarios.filter(({ does }) => !does.startsWith('fails')))(
      'carries a dirty id in each command when the application $does',
      async (scenario) => {
        const { captured } = world;
        await Promise.resolve(scenario.run(billModel(captured.mongoose), captured.mongoose)).catch(
          () => undefined,
        );
        const statements = captured.takeCommands().flatMap(writeStatementsOf);
        const unmarked = statements.filter((statement) => !carriesDirtyId(statement));
        expect(unmarked.filter(({ collection }) => collection === 'bills')).toEqual([]);
      },
    );

    it('has a fresh id, later than all before it', async () => {
      const bills = billModel(world.captured.mongoose);
      const ids: string[] = [];
      for (const total of [1, 2, 3]) {
        await bills.updateOne({ _id: idOf(1) }, { total });
        const [first] = await world.captured.stored('bills');
        ids.push(dirtyOf(first) ?? '');
      }
      expect(new Set(ids).size).toBe(3);
      expect(ids).toEqual([...ids].sort());
    });

    it('gives each operation of a bulk and each document of an insertion an id of its own', async () => {
      const { captured } = world;
      const bills = billModel(captured.mongoose);
      await bills.insertMany([{ number: 'a' }, { number: 'b' }]);
      await bills.bulkWrite(
        [1, 2].map((n) => ({ updateOne: { filter: { _id: idOf(n) }, update: { total: 0 } } })),
      );
      const ids = (await captured.stored('bills')).map(dirtyOf);
      expect(new Set(ids.filter(Boolean)).size).toBe(4);
    });

    it('shares one id among the documents of a multi-document update, and says so', async () => {
      const { captured } = world;
      await billModel(captured.mongoose).updateMany({}, { note: 'all' });
      const ids = (await captured.stored('bills')).map(dirtyOf);
      expect(new Set(ids).size).toBe(1);
      expect(Number.parseInt(ids[0]?.at(-1) ?? '', 16) % 2).toBe(1);
    });

    it('drops metadata that the application hands in', async () => {
      const { captured } = world;
      const { collection } = billModel(captured.mongoose);
      const alien = { _syncMeta: { stamp: stampOf(77), held: stampOf(78) } };
      await collection.insertOne({ _id: idOf(50), ...alien });
      await collection.replaceOne({ _id: idOf(1) }, { number: 'r', ...alien });
      await collection.updateOne({ _id: idOf(2) }, { $set: { total: 1, '_syncMeta.stamp': stampOf(77) } });
      await collection.updateOne({ _id: idOf(3) }, [{ $set: { total: 1, ...alien } }] as never);
      const stored = await captured.stored('bills');
      expect(stored.map((document) => metaIn(document)['stamp'])).toEqual(
        [1, 2, 3].map(stampOf).concat(undefined as never),
      );
      expect(stored.map((document) => metaIn(document)['held'])).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
    });
  });
}
