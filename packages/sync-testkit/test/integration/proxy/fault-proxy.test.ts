import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ChangeStreamInsertDocument,
  type Collection,
  MongoClient,
  MongoNetworkError,
  type ResumeToken,
} from 'mongodb';
import {
  createFaultProxy,
  type Databases,
  type FaultProxy,
  startDatabases,
  waitFor,
} from '../../../src/index.js';

interface Thing {
  readonly _id: number;
  readonly text?: string;
}

describe('a fault proxy before a database', () => {
  let databases: Databases;
  let proxy: FaultProxy;
  let through: MongoClient;
  let direct: MongoClient;
  let things: Collection<Thing>;
  let seen: Collection<Thing>;

  beforeAll(async () => {
    databases = await startDatabases({ branches: 1, onProgress: () => undefined });
    direct = new MongoClient(databases.atlas.uri);
    seen = direct.db().collection<Thing>('things');
  });
  afterAll(async () => {
    await direct.close();
    await databases.stop();
  });
  beforeEach(async () => {
    proxy = await createFaultProxy({ targetPort: databases.atlas.port });
    through = new MongoClient(proxy.uri('bomba'), {
      serverSelectionTimeoutMS: 300,
      heartbeatFrequencyMS: 500,
      socketTimeoutMS: 300,
      retryWrites: false,
      retryReads: false,
    });
    things = through.db().collection<Thing>('things');
    await seen.deleteMany({});
    await things.insertOne({ _id: 1 });
  });
  afterEach(async () => {
    await through.close();
    await proxy.close();
  });

  const count = (): Promise<number> => seen.countDocuments();
  const answersAgain = (): Promise<Thing> =>
    waitFor(() => things.findOne({ _id: 1 }), { what: 'the database to answer again' });

  it('lets nothing pass when cut, and everything once healed', async () => {
    await proxy.cut();
    await expect(things.insertOne({ _id: 2 })).rejects.toThrow();
    expect(await count()).toBe(1);
    await proxy.heal();
    await answersAgain();
  });

  it('lets a request of a black hole be executed late, when its sender has given up', async () => {
    await proxy.blackHole();
    await expect(things.insertOne({ _id: 2 })).rejects.toThrow(MongoNetworkError);
    expect(await count()).toBe(1);
    await proxy.heal();
    await waitFor(async () => (await count()) === 2, { what: 'the late request to be executed' });
    await answersAgain();
  });

  it('lets a request of a black hole be lost when it is cut', async () => {
    await proxy.blackHole();
    await expect(things.insertOne({ _id: 2 })).rejects.toThrow(MongoNetworkError);
    await proxy.cut();
    await proxy.heal();
    await answersAgain();
    expect(await count()).toBe(1);
  });

  it('lets a request be executed without its sender hearing of it', async () => {
    await proxy.dropReplies();
    await expect(things.insertOne({ _id: 2 })).rejects.toThrow(MongoNetworkError);
    expect(await count()).toBe(2);
    await proxy.cut();
    await proxy.heal();
    await answersAgain();
  });

  it('makes every answer wait for the delay, both ways', async () => {
    const ping = (): Promise<unknown> => through.db().command({ ping: 1 });
    await ping();
    proxy.delay(40);
    const start = performance.now();
    await ping();
    expect(performance.now() - start).toBeGreaterThanOrEqual(75);
    await proxy.heal();
    await answersAgain();
  });

  it('carries a long answer no faster than the limit', async () => {
    await seen.updateOne({ _id: 1 }, { $set: { text: 'x'.repeat(20_000) } });
    proxy.limit(200_000);
    const start = performance.now();
    await things.findOne({ _id: 1 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(90);
  });

  it('refuses its clients once it is closed, and leaves the database alone', async () => {
    await proxy.close();
    await expect(things.insertOne({ _id: 2 })).rejects.toThrow();
    expect(await count()).toBe(1);
  });

  it('breaks a change stream, which can go on where it was once healed', async () => {
    const heard: number[] = [];
    let position: ResumeToken;
    const listen = async (): Promise<void> => {
      const options = { maxAwaitTimeMS: 50, ...(position !== undefined && { resumeAfter: position }) };
      const stream = things.watch<Thing, ChangeStreamInsertDocument<Thing>>([], options);
      try {
        await stream.tryNext();
        position = stream.resumeToken;
        while (heard.length < 3) {
          const event = await stream.next();
          position = event._id;
          heard.push(event.documentKey._id);
        }
      } finally {
        await stream.close();
      }
    };
    const first = listen().catch(() => 'broken');
    await waitFor(() => position, { what: 'the stream to open' });
    for (const _id of [2, 3, 4]) {
      await proxy.cut();
      await seen.insertOne({ _id });
      await proxy.heal();
    }
    await first;
    await waitFor(async () => (await listen(), true), { what: 'the stream to go on' });
    expect(heard).toEqual([2, 3, 4]);
  });
});
