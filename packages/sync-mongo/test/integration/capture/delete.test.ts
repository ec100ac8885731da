import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Binary, type Collection, type Document, UUID } from 'mongodb';
import { type Model, Mongoose, Schema } from 'mongoose';
import { type Stamp } from '@bomba/sync-core';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { fromBinary } from '../../../src/bson/stamp-binary.js';
import { type Capture } from '../../../src/capture/capture.js';
import { startDatabases, type BranchDatabases } from '@bomba/sync-testkit';
import { attach, dirtyOf, hexOf, metaIn } from './captured-world.js';
import { type Interference, interruptible } from './interruptible.js';

interface Bill {
  _id: unknown;
  note: string;
}

const uuid = (text: string): Binary => new UUID(text).toBinary();
const stampIn = (value: unknown): Stamp => fromBinary(value) as Stamp;
const STAMP = uuid('01900000-0000-7000-8000-000000000001');
const DIRTY = uuid('01900000-0001-7000-8000-000000000002');
const FLOOR = uuid('01900000-0002-7000-8000-000000000003');

describe('a captured delete', () => {
  let databases: BranchDatabases;
  let mongoose: Mongoose;
  let capture: Capture;
  let bills: Model<Bill>;
  let raw: Collection<Document & { _id: unknown }>;
  let tombstones: Collection<Document & { _id: string }>;
  let interfere: Interference = () => undefined;

  beforeAll(async () => {
    databases = await startDatabases({ branches: 1, topology: 'standalone', atlas: false });
    const [server] = databases.branches;
    await server?.provision(['bills']);
    mongoose = new Mongoose({ autoIndex: false, autoCreate: false });
    const schema = new Schema<Bill>({ _id: Schema.Types.Mixed, note: String });
    bills = mongoose.model<Bill>('Bill', schema, 'bills');
    interruptible(bills, (method) => interfere(method));
    capture = attach(mongoose);
    await mongoose.connect(server?.uri ?? '');
    const db = mongoose.connection.getClient().db(mongoose.connection.name) as never as {
      collection(name: string): never;
    };
    raw = db.collection('bills');
    tombstones = db.collection('_sync_tombstones');
  });
  afterAll(async () => {
    await mongoose.disconnect();
    await databases.stop();
  });
  beforeEach(async () => {
    interfere = () => undefined;
    await raw.deleteMany({});
    await tombstones.deleteMany({});
  });

  const tombstoneOf = (id: unknown): Promise<Document | null> =>
    tombstones.findOne({ _id: documentKeyOf('bills', id) });
  const storedBill = async (): Promise<Document> => (await raw.findOne()) ?? {};
  const once = (method: string, action: () => Promise<unknown>): void => {
    interfere = async (called) => {
      if (called !== method) return;
      interfere = () => undefined;
      await action();
    };
  };

  it('records the version that the document builds on, and the write that was not on Atlas', async () => {
    await raw.insertOne({ _id: 1, note: 'a', _syncMeta: { stamp: STAMP, dirty: DIRTY } });
    expect(await bills.deleteOne({ _id: 1 })).toEqual({ acknowledged: true, deletedCount: 1 });
    const tombstone = await tombstoneOf(1);
    expect(tombstone).toMatchObject({ collection: 'bills', documentId: 1, base: STAMP, last: DIRTY });
    expect(tombstone?.pending).toBeInstanceOf(Binary);
    expect(await raw.countDocuments()).toBe(0);
  });

  it('records a held write as the last one, and nothing where the document was clean', async () => {
    await raw.insertMany([
      { _id: 1, _syncMeta: { stamp: STAMP, held: DIRTY } },
      { _id: 2, _syncMeta: { stamp: STAMP } },
      { _id: 3 },
    ]);
    await bills.deleteMany();
    expect(await tombstoneOf(1)).toMatchObject({ base: STAMP, last: DIRTY });
    expect(await tombstoneOf(2)).toMatchObject({ base: STAMP, last: null });
    expect(await tombstoneOf(3)).toMatchObject({ base: null, last: null });
  });

  it.each([1, 2])('keeps what an earlier tombstone knows, deleting %i at once', async (count) => {
    const ids = [1, 2].slice(0, count);
    for (const id of ids) {
      await raw.insertOne({ _id: id });
      await tombstones.insertOne({ _id: documentKeyOf('bills', id), stamp: STAMP, floor: FLOOR });
    }
    await bills.deleteMany();
    for (const id of ids)
      expect(await tombstoneOf(id)).toMatchObject({ stamp: STAMP, floor: FLOOR, base: STAMP });
  });

  it('takes the base of a deletion that is still pending', async () => {
    await raw.insertOne({ _id: 1, _syncMeta: { dirty: DIRTY } });
    const earlier = { pending: FLOOR, base: STAMP, last: FLOOR, stamp: DIRTY };
    await tombstones.insertOne({ _id: documentKeyOf('bills', 1), ...earlier });
    await bills.deleteOne({ _id: 1 });
    expect(await tombstoneOf(1)).toMatchObject({ base: STAMP, last: DIRTY, stamp: DIRTY });
  });

  it('has one tombstone for each key, whatever the type of its _id', async () => {
    const ids = ['1', 1, 1.5, new Date(0), true, { a: 1, b: 'x' }, new UUID().toBinary()];
    await raw.insertMany(ids.map((_id) => ({ _id, note: 'all' })));
    expect((await bills.collection.deleteMany({ note: 'all' })).deletedCount).toBe(ids.length);
    for (const id of ids) expect(await tombstoneOf(id)).toMatchObject({ documentId: id });
  });

  it('spares a document that was written after its mark and no longer matches', async () => {
    await raw.insertOne({ _id: 1, note: 'old', _syncMeta: { stamp: STAMP } });
    once('updateOne', () => bills.updateOne({ _id: 1 }, { note: 'new' }).exec());
    expect((await bills.deleteOne({ _id: 1, note: 'old' })).deletedCount).toBe(0);
    const document = await storedBill();
    expect(document).toMatchObject({ note: 'new', _syncMeta: { stamp: STAMP } });
    expect(Object.keys(metaIn(document)).sort()).toEqual(['dirty', 'stamp']);
  });

  it('starts again where a document was written after its mark and still matches', async () => {
    await raw.insertOne({ _id: 1, note: 'old', _syncMeta: { stamp: STAMP } });
    let written: string | undefined;
    once('updateOne', async () => {
      await bills.updateOne({ _id: 1 }, { note: 'new' }).exec();
      written = dirtyOf(await storedBill());
    });
    expect((await bills.deleteOne({ _id: 1 })).deletedCount).toBe(1);
    expect(hexOf((await tombstoneOf(1))?.last)).toBe(written);
    expect(await raw.countDocuments()).toBe(0);
  });

  it('counts only what it removed where one of many was written in between', async () => {
    await raw.insertMany([1, 2, 3].map((_id) => ({ _id, note: 'old' })));
    once('updateMany', () => bills.updateOne({ _id: 2 }, { note: 'new' }).exec());
    expect((await bills.deleteMany({ note: 'old' })).deletedCount).toBe(2);
    expect(await raw.distinct('_id')).toEqual([2]);
  });

  it('returns the document of the mark that led to the removal', async () => {
    await raw.insertOne({ _id: 1, note: 'old' });
    once('findOneAndUpdate', () => bills.updateOne({ _id: 1 }, { note: 'new' }).exec());
    expect(await bills.findOneAndDelete({ _id: 1 }).lean()).toEqual({ _id: 1, note: 'new' });
  });

  it('is counted once where many delete the same document at the same time', async () => {
    await raw.insertOne({ _id: 1, note: 'a' });
    const results = await Promise.all(Array.from({ length: 20 }, () => bills.deleteOne({ _id: 1 }).exec()));
    expect(results.map(({ deletedCount }) => deletedCount).filter((count) => count > 0)).toEqual([1]);
    expect(await raw.countDocuments()).toBe(0);
  });

  it('gives each of many its own document where they take what is there', async () => {
    await raw.insertMany(Array.from({ length: 8 }, (_, _id) => ({ _id, note: 'job' })));
    const taken = await Promise.all(
      Array.from({ length: 8 }, () => bills.findOneAndDelete({ note: 'job' }).lean().exec()),
    );
    expect(new Set(taken.map((document) => document?._id)).size).toBe(8);
    expect(await raw.countDocuments()).toBe(0);
  });

  it('counts each document once where many delete at the same time, and leaves none', async () => {
    await raw.insertMany(Array.from({ length: 300 }, (_, _id) => ({ _id, note: 'all' })));
    const results = await Promise.all([1, 2, 3].map(() => bills.deleteMany({ note: 'all' }).exec()));
    const counted = results.reduce((sum, { deletedCount }) => sum + deletedCount, 0);
    expect(counted).toBe(300);
    expect([await raw.countDocuments(), await tombstones.countDocuments()]).toEqual([0, 300]);
  });

  it('leaves what the lease holder needs to finish it, where its process dies', async () => {
    await raw.insertOne({ _id: 1, note: 'a', _syncMeta: { stamp: STAMP, dirty: DIRTY } });
    interfere = (method) => {
      if (method === 'updateOne') throw new Error('died after the mark');
    };
    await expect(bills.deleteOne({ _id: 1 })).rejects.toThrow('died');
    const document = await storedBill();
    expect(metaIn(document)).toMatchObject({ stamp: STAMP, deleting: true, last: DIRTY });
    expect(hexOf(metaIn(document)['dirty'])).not.toBe(hexOf(DIRTY));
  });

  it('is finished by the next delete, in the name of the one that left it', async () => {
    await raw.insertOne({ _id: 1, note: 'a', _syncMeta: { stamp: STAMP } });
    interfere = () => {
      throw new Error('died after the mark');
    };
    await expect(bills.deleteOne({ _id: 1 })).rejects.toThrow('died');
    const mark = dirtyOf(await storedBill());
    interfere = () => undefined;
    await bills.deleteOne({ _id: 1 });
    expect(await raw.countDocuments()).toBe(0);
    expect(hexOf((await tombstoneOf(1))?.pending)).toBe(mark);
  });

  it('takes over a mark that was left behind long ago, and keeps the write that it found', async () => {
    const marked = { stamp: STAMP, dirty: FLOOR, deleting: true, last: DIRTY };
    await raw.insertOne({ _id: 1, _syncMeta: marked });
    expect((await bills.deleteOne({ _id: 1 })).deletedCount).toBe(1);
    const tombstone = await tombstoneOf(1);
    expect(tombstone).toMatchObject({ base: STAMP, last: DIRTY });
    expect(hexOf(tombstone?.pending)).not.toBe(hexOf(FLOOR));
  });

  it('says which of its deletes are under way', async () => {
    await raw.insertOne({ _id: 1 });
    let isUnderWay: boolean | undefined;
    once('updateOne', async () => {
      isUnderWay = capture.isDeleting(stampIn(metaIn(await storedBill())['dirty']));
    });
    await bills.deleteOne({ _id: 1 });
    expect(isUnderWay).toBe(true);
    expect(capture.isDeleting(stampIn((await tombstoneOf(1))?.pending))).toBe(false);
  });

  it('marks, records and removes thousands in few commands', async () => {
    await raw.insertMany(Array.from({ length: 3_500 }, (_, _id) => ({ _id, note: 'all' })));
    const called: string[] = [];
    interfere = (method) => void called.push(method);
    expect((await bills.deleteMany({ note: 'all' })).deletedCount).toBe(3_500);
    expect(called).toEqual(['updateMany', 'deleteMany']);
    expect(await tombstones.countDocuments({ pending: { $type: 'binData' } })).toBe(3_500);
  });

  it('also removes a document that cannot bear a mark, tombstone first', async () => {
    const db = mongoose.connection.getClient().db(mongoose.connection.name);
    await db.createCollection('stricts', { validator: { note: 'valid' } });
    const stricts = mongoose.model<Bill>('Strict', bills.schema, 'stricts');
    const stored = db.collection('stricts');
    const invalid = { _id: 1 as never, note: 'x', _syncMeta: { stamp: STAMP, dirty: DIRTY } };
    await stored.insertOne(invalid, { bypassDocumentValidation: true });
    expect((await stricts.deleteOne({ _id: 1 })).deletedCount).toBe(1);
    const key = documentKeyOf('stricts', 1);
    expect(await tombstones.findOne({ _id: key })).toMatchObject({ base: STAMP, last: DIRTY });
    await stored.insertOne(invalid, { bypassDocumentValidation: true });
    expect(await stricts.findOneAndDelete({ _id: 1 }).lean()).toEqual({ _id: 1, note: 'x' });
    expect(await stored.countDocuments()).toBe(0);
  });
});
