import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type HybridClock, type LogFields, type Logger, silentLogger } from '@bomba/sync-core';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { type Collection, type Document, MongoClient } from 'mongodb';
import { type Model, Mongoose, Schema } from 'mongoose';
import { CAPTURE_MISSED } from '../../../src/capture/run/capture-report.js';
import { attach, dirtyOf, realClock } from './captured-world.js';

interface Bill {
  _id: number;
  note: string;
}

describe('an application whose writes cannot be captured', () => {
  let databases: BranchDatabases;
  let raw: MongoClient;
  let mongoose: Mongoose;
  let bills: Model<Bill>;
  let clock: Pick<HybridClock, 'next' | 'now'>;
  let onCaptured: () => void;
  const logged: LogFields[] = [];
  const counted: string[] = [];
  const warned: LogFields[] = [];
  const logger: Logger = {
    ...silentLogger,
    error: (_, fields = {}) => logged.push(fields),
    warn: (_, fields = {}) => warned.push(fields),
  };
  const ignore = (): void => undefined;

  beforeAll(async () => {
    databases = await startDatabases({ branches: 1, atlas: false });
    const uri = databases.branches[0]?.uri ?? '';
    raw = await MongoClient.connect(uri);
    mongoose = new Mongoose({ autoIndex: false, autoCreate: false });
    attach(mongoose, {
      clock: { next: (options) => clock.next(options), now: () => clock.now() } as HybridClock,
      logger,
      metrics: { count: (name) => counted.push(name), gauge: ignore, observe: ignore },
      onCaptured: () => onCaptured(),
    });
    bills = mongoose.model<Bill>(
      'Bill',
      new Schema<Bill>({ _id: Number, note: String }, { versionKey: false }),
    );
    await mongoose.connect(uri);
  });
  afterAll(async () => {
    await Promise.all([mongoose.disconnect(), raw.close()]);
    await databases.stop();
  });
  beforeEach(async () => {
    await raw.db().dropDatabase();
    [clock, onCaptured] = [realClock(), ignore];
    logged.length = counted.length = 0;
  });

  const stored = (): Promise<Document[]> => raw.db().collection('bills').find().sort({ _id: 1 }).toArray();
  const expectMissed = (count: number): void => {
    expect(logged.map(({ code, collection }) => [code, collection])).toEqual(
      Array.from({ length: count }, () => ['SYNC_CAPTURE_MISSED', 'bills']),
    );
    expect(counted).toEqual(Array.from({ length: count }, () => CAPTURE_MISSED));
  };

  it('writes as it would have where no id can be had, and each miss is logged and counted', async () => {
    const next = (): never => {
      throw new Error('no randomness');
    };
    clock = { next, now: () => Date.now() };
    await bills.create({ _id: 1, note: 'a' });
    await bills.insertMany([{ _id: 2, note: 'b' }]);
    await bills.updateOne({ _id: 1 }, { note: 'c' });
    await bills.updateMany({ _id: 2 }, { note: 'd' });
    await bills.replaceOne({ _id: 2 }, { note: 'e' });
    expect(await bills.findOneAndUpdate({ _id: 1 }, { note: 'f' }).lean()).toEqual({ _id: 1, note: 'c' });
    await bills.bulkWrite([{ insertOne: { document: { _id: 3, note: 'g' } } }]);
    expect(await stored()).toEqual([
      { _id: 1, note: 'f' },
      { _id: 2, note: 'e' },
      { _id: 3, note: 'g' },
    ]);
    expect((await bills.deleteOne({ _id: 1 })).deletedCount).toBe(1);
    expect(await bills.findOneAndDelete({ _id: 2 }).lean()).toEqual({ _id: 2, note: 'e' });
    expect((await bills.deleteMany()).deletedCount).toBe(1);
    expect(await stored()).toEqual([]);
    expectMissed(10);
  });

  it('does not hear of what the listener throws', async () => {
    onCaptured = () => {
      throw new Error('the queue is broken');
    };
    await bills.create({ _id: 1, note: 'a' });
    expect((await stored()).map(dirtyOf)).toEqual([expect.any(String)]);
  });

  it('is not refused by a validator that knows no metadata', async () => {
    const slips = mongoose.model<Bill>(
      'Slip',
      new Schema<Bill>({ _id: Number, note: String }, { versionKey: false }),
    );
    await raw.db().createCollection('slips', {
      validator: {
        $jsonSchema: { additionalProperties: false, properties: { _id: {}, note: { minLength: 1 } } },
      },
    });
    await slips.create({ _id: 1, note: 'a' });
    expect(logged.map(({ code }) => code)).toEqual(['SYNC_CAPTURE_MISSED']);
    await slips.updateOne({ _id: 1 }, { note: 'b' });
    await slips.findOneAndUpdate({ _id: 1 }, { note: 'c' });
    await slips.replaceOne({ _id: 1 }, { note: 'd' });
    expect(await raw.db().collection('slips').find().toArray()).toEqual([{ _id: 1, note: 'd' }]);
    await expect(slips.updateOne({ _id: 1 }, { note: '' })).rejects.toMatchObject({ code: 121 });
    expect(warned.map(({ code, collection }) => [code, collection])).toEqual([
      ['SYNC_STATE_COLLECTION_REFUSED', 'slips'],
    ]);
  });

  it('gets the errors of the driver for malformed calls, and nothing is logged', async () => {
    const calls: ((collection: Collection<Bill>) => unknown)[] = [
      (collection) => collection.insertOne(undefined as never),
      (collection) => collection.insertMany('x' as never),
      (collection) => collection.updateOne({ _id: 1 }, undefined as never),
      (collection) => collection.updateOne({ _id: 1 }, []),
      (collection) => collection.updateMany(undefined as never, { $set: { note: 'x' } }),
      (collection) => collection.updateOne({ _id: 1 }, { $set: 5 } as never),
      (collection) => collection.replaceOne({ _id: 1 }, { note: 'x', $b: 1 } as never),
      (collection) => collection.bulkWrite([{ insertOne: { document: { _id: 1, note: 'x' } } }, {}] as never),
      (collection) => collection.bulkWrite([]),
      (collection) => collection.findOneAndUpdate({ _id: 1 }, { note: 'x' }),
      (collection) => collection.findOneAndReplace({ _id: 1 }, { $set: { note: 'x' } } as never),
    ];
    const errorOf = async (call: () => unknown): Promise<unknown> => {
      try {
        return await call();
      } catch (error) {
        const { name, message, code } = error as Error & { code?: unknown };
        return { name, message, code };
      }
    };
    await raw
      .db()
      .collection('bills')
      .insertOne({ _id: 1 as never, note: 'a' });
    for (const call of calls) {
      const seen = await errorOf(() => call(bills.collection as never));
      expect(seen).toHaveProperty('message');
      expect(seen).toEqual(await errorOf(() => call(raw.db().collection('bills'))));
    }
    expect(await stored()).toEqual([{ _id: 1, note: 'a' }]);
    expectMissed(0);
  });

  it('is heard by listeners and debuggers of Mongoose as before', async () => {
    const operations: string[] = [];
    mongoose.connection.on('operation-start', ({ method }: { method: string }) => operations.push(method));
    await bills.create({ _id: 1, note: 'a' });
    await bills.updateOne({ _id: 1 }, { note: 'b' });
    await bills.find();
    mongoose.connection.removeAllListeners('operation-start');
    expect(operations).toEqual(['insertOne', 'updateOne', 'find']);
  });

  it('may explain a write without doing it', async () => {
    await bills.create({ _id: 1, note: 'a' });
    const explain = { explain: true } as never;
    await bills.collection.updateOne({ _id: 1 as never }, { $set: { note: 'b' } }, explain).catch(ignore);
    await bills.collection.deleteOne({ _id: 1 as never }, explain).catch(ignore);
    expect(await stored()).toMatchObject([{ _id: 1, note: 'a' }]);
  });
});
