import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DocumentKey, lowestStamp, type PushEntry, type StoredState } from '@bomba/sync-core';
import { type BranchDatabases, CONTRACT_NOW_MS, stampAt, startDatabases } from '@bomba/sync-testkit';
import { BSON, type Db, MongoClient } from 'mongodb';
import { MongoAtlasSide } from '../../../src/atlas-side/mongo-atlas-side.js';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { MongoLocalSide } from '../../../src/local-side/mongo-local-side.js';
import { ensureLocalState } from '../../../src/state/ensure-state.js';

const INFO = { version: 1, conflictCount: 0, instanceId: 'instance-a' };

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;
let collection: string;
let round = 0;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  db = client.db();
});
// A collection of its own for each test: a value that was unique once is never free again on the native sandbox.
beforeEach(async () => {
  collection = `unique_${round++}`;
  await ensureLocalState(db, [collection]);
  await databases.branches[0]?.provision([collection]);
  await db.collection(collection).createIndexes([{ key: { code: 1 }, unique: true }]);
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

function stateOf(id: number, code: string, number: number): StoredState & { readonly key: DocumentKey } {
  const body = BSON.serialize({ _id: id, code });
  return {
    key: documentKeyOf(collection, id),
    stamp: stampAt(number),
    body,
    digest: bodyDigest(body),
    info: INFO,
  };
}

function local(): MongoLocalSide {
  return new MongoLocalSide({
    db,
    instanceId: 'instance-a',
    collections: () => [collection],
    nextId: () => lowestStamp(randomBytes(16)),
    savePosition: async () => undefined,
    now: () => CONTRACT_NOW_MS,
  });
}

describe('a state that collides with a unique value', () => {
  it('is refused by Atlas with its code, while the rest of its batch is stored', async () => {
    const session = client.startSession({ causalConsistency: true });
    const atlas = new MongoAtlasSide({ db, instanceId: 'instance-a', session });
    const push = (...states: readonly ReturnType<typeof stateOf>[]) => {
      const entries = states.map((state): PushEntry => ({
        ...state,
        digest: bodyDigest(state.body),
        base: null,
      }));
      return atlas.run({ side: 'atlas', op: 'push', entries });
    };
    await push(stateOf(1, 'taken', 1));
    const { storedCount, refused } = await push(
      stateOf(2, 'free', 2),
      stateOf(3, 'taken', 3),
      stateOf(4, 'too', 4),
    );
    expect(storedCount).toBe(2);
    expect(refused).toEqual([
      { index: 1, refusal: expect.objectContaining({ refused: true, code: 'SYNC_WRITE_UNIQUE' }) },
    ]);
    await session.endSession();
  });

  it('is refused by Local with its code on insert and on replacement, while the rest is stored', async () => {
    const side = local();
    const inserted = [stateOf(1, 'a', 1), stateOf(2, 'a', 2), stateOf(3, 'c', 3)];
    const insertions = inserted.map(({ key, ...state }) => ({ key, state }));
    const refusal = expect.objectContaining({ refused: true, code: 'SYNC_WRITE_UNIQUE' });
    expect(await side.run({ side: 'local', op: 'insert', entries: insertions })).toEqual([
      true,
      refusal,
      true,
    ]);
    const { key, ...state } = stateOf(3, 'a', 9);
    const expected = { stamp: stampAt(3), dirty: null, held: false };
    const entries = [{ key, state, expected }];
    expect(await side.run({ side: 'local', op: 'store', entries })).toEqual([refusal]);
  });
});

describe('a state that is larger than a document may be', () => {
  const MAX_BYTES = 16 * 1024 * 1024;

  it('is refused by both sides with its code, while the rest of its batch is stored', async () => {
    const session = client.startSession({ causalConsistency: true });
    const atlas = new MongoAtlasSide({ db, instanceId: 'instance-a', session });
    const states = [stateOf(1, 'a'.repeat(MAX_BYTES - 100), 1), stateOf(2, 'b', 2)];
    const refusal = expect.objectContaining({ refused: true, code: 'SYNC_WRITE_TOO_LARGE' });
    const entries = states.map((state): PushEntry => ({
      ...state,
      digest: bodyDigest(state.body),
      base: null,
    }));
    expect(await atlas.run({ side: 'atlas', op: 'push', entries })).toEqual({
      storedCount: 1,
      refused: [{ index: 0, refusal }],
    });
    await db.collection(collection).deleteMany({});
    const insertions = states.map(({ key, ...state }) => ({ key, state }));
    const answers = await local().run({ side: 'local', op: 'insert', entries: insertions });
    expect(answers).toEqual([refusal, true]);
    await session.endSession();
  });
});
