import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lowestStamp, noConflicts, type RecordPlace, type RecordQuery } from '@bomba/sync-core';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { type Document, MongoClient } from 'mongodb';
import { MongoConflictArchive } from '../../../src/archive/mongo-conflict-archive.js';
import { MongoQuarantineDesk } from '../../../src/archive/mongo-quarantine-desk.js';
import { ensureLocalState, newestIndex } from '../../../src/state/ensure-state.js';
import { stateCollections } from '../../../src/state/state-collections.js';

const COUNT = 1_205;
const START_MS = 1_750_000_000_000;

let databases: BranchDatabases;
let client: MongoClient;

/** Many of them are of the same moment, as where a batch is refused. */
const recordOf = (i: number): Document => ({
  ...{
    _id: `record ${String(i).padStart(5, '0')}`,
    key: 'items/int:1',
    collection: i % 5 ? 'items' : 'orders',
  },
  ...{ direction: 'local-to-atlas', code: 'SYNC_WRITE_UNIQUE', attemptCount: 1, loser: 'local' },
  ...{ firstAt: new Date(START_MS), recordedAt: new Date(START_MS + Math.floor(i / 400)) },
});

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  await ensureLocalState(client.db(), []);
  const records = Array.from({ length: COUNT }, (_, i) => recordOf(i));
  for (const name of [stateCollections.quarantine, stateCollections.conflicts])
    await client.db().collection(name).insertMany(records);
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

const parts = () => ({
  db: () => client.db(),
  nextId: () => lowestStamp(new Uint8Array(16)),
  onWrite: () => undefined,
});
const none = (): Promise<never> => Promise.reject(new Error('not asked for'));
const quarantine = async (query: RecordQuery): Promise<readonly RecordPlace[]> => {
  const requests = (): never => {
    throw new Error('not asked for');
  };
  const desk = new MongoQuarantineDesk({ ...parts(), requests, keep: none, discard: none });
  return (await desk.list(query)).map(({ id, lastAtMs }) => ({ id, atMs: lastAtMs }));
};
const conflicts = async (query: RecordQuery): Promise<readonly RecordPlace[]> => {
  const archive = new MongoConflictArchive({ ...parts(), stats: () => noConflicts });
  return (await archive.list(query)).map(({ id, recordedAtMs }) => ({ id, atMs: recordedAtMs }));
};

describe.each([
  ['quarantine', quarantine],
  ['conflicts', conflicts],
])('the list of %s', (_, list) => {
  async function readAll(query: RecordQuery): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let after: RecordPlace | undefined; ;) {
      const page: readonly RecordPlace[] = await list({ ...query, ...(after && { after }) });
      ids.push(...page.map(({ id }) => id));
      after = page.at(-1);
      if (!after) return ids;
    }
  }
  const newestFirst = (collection?: string): readonly string[] =>
    Array.from({ length: COUNT }, (_each, i) => recordOf(i))
      .filter((record) => collection === undefined || record['collection'] === collection)
      .map(({ _id }) => String(_id))
      .toReversed();

  it.each([[1_000], [7 * 13], [400]])(
    'is read to its end in pages of %p, each record once, newest first',
    async (limit) => {
      expect(await readAll({ limit })).toEqual(newestFirst());
    },
  );

  it('goes on where the record is gone that the last page ended with', async () => {
    const after = { atMs: START_MS + 1, id: 'record 00500 which is gone' };
    expect((await list({ limit: 2, after })).map(({ id }) => id)).toEqual(['record 00500', 'record 00499']);
  });

  it('is read to its end for one collection', async () => {
    expect(await readAll({ limit: 100, collection: 'orders' })).toEqual(newestFirst('orders'));
  });
});

describe('the index of records', () => {
  it('is the order of the lists', async () => {
    const indexes = await client.db().collection(stateCollections.quarantine).indexes();
    expect(indexes).toContainEqual(expect.objectContaining(newestIndex));
  });
});
