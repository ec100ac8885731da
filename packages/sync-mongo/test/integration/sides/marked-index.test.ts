import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { lowestStamp } from '@bomba/sync-core';
import { type BranchDatabases, CONTRACT_NOW_MS, stampAt, startDatabases } from '@bomba/sync-testkit';
import { type Document, MongoClient } from 'mongodb';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { MongoLocalSide } from '../../../src/local-side/mongo-local-side.js';
import { ensureLocalState } from '../../../src/state/ensure-state.js';
import { documentIn } from './stored-document.js';

const NAME = 'items';
const DIRTY_COUNT = 5_000;
const MARKED = DIRTY_COUNT + 1;

let databases: BranchDatabases;
let client: MongoClient;
/** The questions that were asked of the collection. */
const asked: Document[] = [];

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '', { monitorCommands: true });
  await ensureLocalState(client.db(), [NAME]);
  client.on('commandStarted', ({ commandName, command }) => {
    if (commandName === 'find') asked.push(command);
  });
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

/** An index by its name, as the server has it. */
async function indexOf(name: unknown): Promise<Document | undefined> {
  const indexes: readonly Document[] = await client.db().collection(NAME).listIndexes().toArray();
  return indexes.find((index) => index['name'] === name);
}

it('looks for marks of deletes among these alone, however many documents are dirty', async () => {
  const db = client.db();
  const local = new MongoLocalSide({
    ...{ db, instanceId: 'instance-a', collections: () => [NAME], now: () => CONTRACT_NOW_MS },
    nextId: () => lowestStamp(randomBytes(16)),
    savePosition: async () => undefined,
  });
  const dirty = Array.from({ length: DIRTY_COUNT }, (_, number) => ({
    ...{ _id: number as never, _syncMeta: { dirty: toBinary(stampAt(number + 1)) } },
  }));
  const mark = { dirty: toBinary(stampAt(MARKED)), deleting: true };
  await db.collection(NAME).insertMany([...dirty, { _id: MARKED as never, _syncMeta: mark }]);
  asked.splice(0);

  const found = await local.run({ side: 'local', op: 'scanMarked', limit: 10 });
  expect(found.map(({ key }) => key)).toEqual([documentIn(NAME, MARKED, '').key]);
  expect(asked).toHaveLength(1);
  for (const { hint } of asked.splice(0))
    expect(await indexOf(hint)).toMatchObject({ key: { '_syncMeta.deleting': 1 }, sparse: true });
});
