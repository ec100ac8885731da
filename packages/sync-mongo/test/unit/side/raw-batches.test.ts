import { describe, expect, it } from '@jest/globals';
import { BSON, type Db, Long, MongoServerError } from 'mongodb';
import { RawBatches } from '../../../src/side/raw-batches.js';

const PAGE = 2;

/** A server with so many documents, of whose cursor commands may hear that it is not there. */
class FakeServer {
  readonly asked: string[] = [];
  endedSessions = 0;
  isElsewhere = false;
  failure: Error | null = null;
  #at = 0;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  get db(): Db {
    const session = {
      endSession: () => {
        this.endedSessions++;
        return Promise.resolve();
      },
    };
    const cursor = {
      id: Long.fromNumber(7),
      hasNext: () => Promise.resolve(this.#at < this.#count),
      readBufferedDocuments: () => this.#take('driver'),
      close: () => {
        this.asked.push('close');
        return Promise.resolve();
      },
    };
    return {
      client: { startSession: () => session },
      collection: () => ({ find: () => cursor }),
      command: () => Promise.resolve().then(() => this.#answer()),
    } as unknown as Db;
  }

  #take(who: string): Uint8Array[] {
    this.asked.push(who);
    const ids = Array.from({ length: Math.min(PAGE, this.#count - this.#at) }, () => this.#at++);
    return ids.map((_id) => BSON.serialize({ _id }));
  }

  #answer(): { readonly cursor: Uint8Array } {
    if (this.isElsewhere) throw new MongoServerError({ message: 'cursor not found', code: 43 });
    if (this.failure) throw this.failure;
    const nextBatch = this.#take('command').map((raw) => BSON.deserialize(raw));
    const id = this.#at < this.#count ? Long.fromNumber(7) : Long.ZERO;
    return { cursor: BSON.serialize({ nextBatch, id, ns: 'a.b' }) };
  }
}

async function readAll(batches: RawBatches): Promise<readonly unknown[]> {
  const ids: unknown[] = [];
  for (let batch = await batches.next(); batch; batch = await batches.next())
    for (const raw of batch) ids.push(BSON.deserialize(raw)['_id']);
  return ids;
}

const reading = { collection: 'b', filter: {}, batchSize: PAGE };

describe('the batches of a find', () => {
  it('come by the driver first, and by commands then', async () => {
    const server = new FakeServer(5);
    expect(await readAll(new RawBatches(server.db, reading))).toEqual([0, 1, 2, 3, 4]);
    expect(server.asked).toEqual(['driver', 'command', 'command']);
  });

  it('come by the driver where commands do not find the cursor, and nothing is left out', async () => {
    const server = new FakeServer(6);
    server.isElsewhere = true;
    expect(await readAll(new RawBatches(server.db, reading))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(server.asked).toEqual(['driver', 'driver', 'driver']);
  });

  it('end with any other failure, as the server may have gone on', async () => {
    const server = new FakeServer(6);
    const batches = new RawBatches(server.db, reading);
    await batches.next();
    server.failure = new Error('the line is cut');
    await expect(batches.next()).rejects.toBe(server.failure);
    expect(server.asked).toEqual(['driver']);
  });

  it('are none where there is nothing', async () => {
    expect(await readAll(new RawBatches(new FakeServer(0).db, reading))).toEqual([]);
  });

  it('end their session where it is their own', async () => {
    const [own, given] = [new FakeServer(3), new FakeServer(3)];
    await new RawBatches(own.db, reading).close();
    await new RawBatches(given.db, { ...reading, session: given.db.client.startSession() }).close();
    expect([own.endedSessions, given.endedSessions]).toEqual([1, 0]);
    expect(own.asked).toEqual(['close']);
  });
});
