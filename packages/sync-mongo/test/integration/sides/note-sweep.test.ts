import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { lowestStamp, type Stamp } from '@bomba/sync-core';
import { type BranchDatabases, CONTRACT_NOW_MS, stampAt, startDatabases } from '@bomba/sync-testkit';
import { type Db, MongoClient } from 'mongodb';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { NoteSweep } from '../../../src/engine/note-sweep.js';
import { MongoLocalSide } from '../../../src/local-side/mongo-local-side.js';
import { forgetAllSent } from '../../../src/local-side/sent-notes.js';
import { ensureLocalState } from '../../../src/state/ensure-state.js';
import { stateCollections } from '../../../src/state/state-collections.js';
import { collections, documentIn } from './stored-document.js';

const WAITING_COUNT = 25;
const LATER_MS = 3_600_000;

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  db = client.db();
  await ensureLocalState(db, collections);
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});
beforeEach(async () => {
  await db.collection(collections[0]).deleteMany({});
  await forgetAllSent(db);
});

const keyOf = (number: number) => documentIn(collections[0], number, '').key;

/** A Local whose notes are an hour old as soon as they are made. */
class SweptLocal {
  readonly side: MongoLocalSide;
  readonly sweep: NoteSweep;
  #nowMs = CONTRACT_NOW_MS;
  #noteCount = 0;

  constructor() {
    const context = {
      ...{ db, instanceId: 'instance-a', collections: () => collections, now: () => this.#nowMs },
      nextId: () => lowestStamp(randomBytes(16)),
      savePosition: async () => undefined,
    };
    this.side = new MongoLocalSide(context);
    this.sweep = new NoteSweep({ context, local: this.side });
  }

  async write(number: number): Promise<void> {
    await db
      .collection(collections[0])
      .insertOne({ _id: number as never, _syncMeta: { dirty: toBinary(stampAt(number)) } });
  }

  async acknowledge(number: number): Promise<void> {
    await db
      .collection(collections[0])
      .updateOne({ _id: number as never }, { $unset: { '_syncMeta.dirty': 1 } });
  }

  /** An attempt to push these, in one batch, each at its version. */
  async attempt(versions: readonly (readonly [number: number, stamp: Stamp])[]): Promise<string> {
    this.#noteCount += 1;
    const note = `attempt-${String(this.#noteCount).padStart(4, '0')}`;
    const sent = versions.map(([number, stamp]) => ({ key: keyOf(number), stamp }));
    await this.side.run({ side: 'local', op: 'noteSent', note, versions: sent, latest: stampAt(1) });
    this.#nowMs += LATER_MS;
    return note;
  }

  async sent(number: number): Promise<readonly Stamp[]> {
    const [stamps] = await this.side.run({ side: 'local', op: 'readSent', entries: [keyOf(number)] });
    return [...(stamps ?? [])].sort();
  }
}

async function noteCount(): Promise<number> {
  return db.collection(stateCollections.metadata).countDocuments({ _id: /^sent/ as never });
}

describe('notes of pushes that failed', () => {
  it('are forgotten once nothing of their keys waits, however many others wait before them', async () => {
    const local = new SweptLocal();
    for (let number = 1; number <= WAITING_COUNT; number++) {
      await local.write(number);
      await local.attempt([[number, stampAt(number)]]);
    }
    await local.attempt([[1_000, stampAt(1_000)]]);

    await local.sweep.sweep();
    await local.sweep.sweep();
    expect(await noteCount()).toBe(WAITING_COUNT);
    expect(await local.sent(1_000)).toEqual([]);
    expect(await local.sent(WAITING_COUNT)).toEqual([stampAt(WAITING_COUNT)]);
  });

  it('do not pile up, however often the same documents are tried and whatever else is in the batch', async () => {
    const local = new SweptLocal();
    for (const number of [1, 2, 3]) await local.write(number);
    for (let round = 0; round < 15; round++) {
      await local.attempt([1, 2, 3].map((number) => [number, stampAt(number)]));
      await local.attempt([[1, stampAt(100 + round)]]);
      await local.sweep.sweep();
    }

    expect(await noteCount()).toBe(3);
    expect(await local.sent(2)).toEqual([stampAt(2)]);
    const everySent = [stampAt(1), ...Array.from({ length: 15 }, (_, round) => stampAt(100 + round))];
    expect(await local.sent(1)).toEqual(everySent.sort());
  });

  it('keep nothing of the documents of a batch that do not wait', async () => {
    const local = new SweptLocal();
    for (const number of [1, 2]) await local.write(number);
    await local.attempt([1, 2, 3].map((number) => [number, stampAt(number)]));
    await local.acknowledge(2);

    await local.sweep.sweep();
    expect([await local.sent(1), await local.sent(2), await local.sent(3)]).toEqual([[stampAt(1)], [], []]);
    await local.acknowledge(1);
    await local.sweep.sweep();
    expect(await noteCount()).toBe(0);
  });

  it('stay where another attempt at the same version has ended, and forgets its own', async () => {
    const local = new SweptLocal();
    await local.write(1);
    await local.attempt([[1, stampAt(1)]]);
    const later = await local.attempt([[1, stampAt(1)]]);

    await local.sweep.sweep();
    await local.side.run({ side: 'local', op: 'forgetSent', note: later });
    expect(await local.sent(1)).toEqual([stampAt(1)]);
  });

  it('are gone with all others in a Local that was restored', async () => {
    const local = new SweptLocal();
    await local.write(1);
    await local.attempt([[1, stampAt(1)]]);
    await local.sweep.sweep();

    await forgetAllSent(db);
    expect(await local.sent(1)).toEqual([]);
  });
});
