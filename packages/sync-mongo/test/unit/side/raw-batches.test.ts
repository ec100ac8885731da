import { describe, expect, it } from '@jest/globals';
import { type AbstractCursor, BSON, type ClientSession, type Db, Long, MongoServerError } from 'mongodb';
import { type CursorWish, RawBatches, type RawReading } from '../../../src/side/raw-batches.js';

const PAGE = 2;

/** A server with so many documents, of whose cursor commands may hear that it is not there. */
class FakeServer {
  readonly asked: string[] = [];
  /** How many documents commands have asked for. */
  readonly askedSizes: number[] = [];
  /** How many bytes the text of each document has. */
  textLength = 0;
  endedSessions = 0;
  isElsewhere = false;
  isListenedTo = false;
  /** How many documents the cursor was opened for. */
  openedSize = 0;
  failure: Error | null = null;
  #at = 0;
  #buffered: readonly Uint8Array[] = [];
  readonly #count: number;
  readonly session = {
    endSession: () => {
      this.endedSessions++;
      return Promise.resolve();
    },
  };
  readonly cursor = {
    id: Long.fromNumber(7),
    tryNext: () => {
      const [first = null, ...others] = this.#at < this.#count ? this.#take('driver') : [];
      this.#buffered = others;
      if (first === null) this.cursor.id = Long.ZERO;
      return Promise.resolve(first);
    },
    readBufferedDocuments: () => this.#buffered,
    close: () => {
      this.asked.push('close');
      return Promise.resolve();
    },
  };

  constructor(count: number) {
    this.#count = count;
  }

  /** The batches of its cursor. */
  batches(more: Partial<RawReading> = {}): RawBatches {
    const db = {
      client: {
        startSession: () => this.session,
        options: { monitorCommands: true },
        listenerCount: (event: string) => (event === 'commandSucceeded' && this.isListenedTo ? 1 : 0),
      },
      command: ({ batchSize }: { readonly batchSize: number }) =>
        Promise.resolve().then(() => {
          this.askedSizes.push(batchSize);
          return this.#answer();
        }),
    } as unknown as Db;
    const open = ({ batchSize }: CursorWish): AbstractCursor => {
      this.openedSize = batchSize;
      return this.cursor as unknown as AbstractCursor;
    };
    return new RawBatches(db, { collection: 'b', batchSize: PAGE, open, ...more });
  }

  #take(who: string): Uint8Array[] {
    this.asked.push(who);
    const ids = Array.from({ length: Math.min(PAGE, this.#count - this.#at) }, () => this.#at++);
    return ids.map((_id) => BSON.serialize({ _id, text: 'x'.repeat(this.textLength) }));
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

describe('the batches of a find', () => {
  it('come by the driver first, and by commands then', async () => {
    const server = new FakeServer(5);
    expect(await readAll(server.batches())).toEqual([0, 1, 2, 3, 4]);
    expect(server.asked).toEqual(['driver', 'command', 'command']);
  });

  it('come by the driver where commands do not find the cursor, and nothing is left out', async () => {
    const server = new FakeServer(6);
    server.isElsewhere = true;
    expect(await readAll(server.batches())).toEqual([0, 1, 2, 3, 4, 5]);
    expect(server.asked).toEqual(['driver', 'driver', 'driver']);
  });

  it('come by the driver, of the size that was asked for, where it is told so, or somebody hears the answers', async () => {
    const [told, heard] = [new FakeServer(6), new FakeServer(6)];
    heard.isListenedTo = true;
    await readAll(told.batches({ batchSize: 500, sampleSize: 2, byDriver: true }));
    await readAll(heard.batches({ batchSize: 500, sampleSize: 2 }));
    for (const server of [told, heard]) {
      expect(server.asked).toEqual(['driver', 'driver', 'driver']);
      expect(server.openedSize).toBe(500);
    }
  });

  it('come by the driver from where somebody begins to hear the answers', async () => {
    const server = new FakeServer(6);
    const batches = server.batches();
    await batches.next();
    await batches.next();
    server.isListenedTo = true;
    expect(await readAll(batches)).toEqual([4, 5]);
    expect(server.asked).toEqual(['driver', 'command', 'driver']);
  });

  it('end with any other failure, as the server may have gone on', async () => {
    const server = new FakeServer(6);
    const batches = server.batches();
    await batches.next();
    server.failure = new Error('the line is cut');
    await expect(batches.next()).rejects.toBe(server.failure);
    const failure = server.failure;
    server.failure = null;
    await expect(batches.next()).rejects.toBe(failure); // what was lost with it is behind the cursor by now
    expect(server.asked).toEqual(['driver']);
  });

  it('are none where there is nothing', async () => {
    expect(await readAll(new FakeServer(0).batches())).toEqual([]);
  });

  it('are of fewer documents where these are large, if they are to be even', async () => {
    const [even, asAsked] = [new FakeServer(6), new FakeServer(6)];
    for (const server of [even, asAsked]) server.textLength = 100 * 1024;
    await readAll(even.batches({ batchSize: 500, sampleSize: 2 }));
    await readAll(asAsked.batches({ batchSize: 500 }));
    expect(even.askedSizes).toEqual([10, 10]);
    expect(asAsked.askedSizes).toEqual([500, 500]);
  });

  it('are of as many as are asked for where these are small, and of one where it is larger than a batch', async () => {
    const [small, huge] = [new FakeServer(6), new FakeServer(6)];
    huge.textLength = 3 * 1024 * 1024;
    for (const server of [small, huge]) await readAll(server.batches({ batchSize: 500, sampleSize: 2 }));
    expect([small.askedSizes, huge.askedSizes]).toEqual([
      [500, 500],
      [1, 1],
    ]);
  });

  it('end their session where it is their own', async () => {
    const [own, given] = [new FakeServer(3), new FakeServer(3)];
    await own.batches().close();
    await given.batches({ session: given.session as unknown as ClientSession }).close();
    expect([own.endedSessions, given.endedSessions]).toEqual([1, 0]);
    expect(own.asked).toEqual(['close']);
  });
});
