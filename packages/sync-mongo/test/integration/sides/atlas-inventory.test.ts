import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@bomba/sync-core';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { type Db, MongoClient } from 'mongodb';
import mongoose from 'mongoose';
import { type AnyModel } from '../../../src/capture/index.js';
import { AtlasInventory } from '../../../src/state/atlas-inventory.js';
import { ensureAtlasState } from '../../../src/state/ensure-state.js';
import { ensureModelIndexes } from '../../../src/state/ensure-model-indexes.js';
import { stateCollections } from '../../../src/state/state-collections.js';

const NAME = 'members';
const TEN_MINUTES_MS = 600_000;
const { Schema, Mongoose } = mongoose;
const schema = new Schema({ mail: { type: String, unique: true } }, { collection: NAME });
const apart = new Mongoose({ autoCreate: false, autoIndex: false });
const model = apart.model('Member', schema) as unknown as AnyModel;

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;
let nowMs: number;
let inventory: AtlasInventory;
/** The commands by which something is made. */
const made: string[] = [];

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '', { monitorCommands: true });
  client.on('commandStarted', ({ commandName, command }) => {
    if (commandName.startsWith('create')) made.push(`${commandName} ${String(command[commandName])}`);
  });
  db = client.db();
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});
beforeEach(async () => {
  await db.dropDatabase();
  nowMs = 0;
  inventory = new AtlasInventory({ monotonic: () => nowMs });
});

/** What a connection does before its stream opens; returns what could not be built. */
async function connect(): Promise<readonly string[]> {
  made.splice(0);
  await inventory.look(db);
  await ensureAtlasState(db, { synced: [NAME], tombstoneAgeMs: 60_000, inventory });
  return ensureModelIndexes(db, { models: [model], indexes: 'unique', logger: silentLogger, inventory });
}

async function indexCount(collection: string): Promise<number> {
  return (await db.collection(collection).listIndexes().toArray()).length;
}

describe('what a process has made sure of on Atlas', () => {
  it('is not asked for again by its later connections', async () => {
    for (let connection = 0; connection < 2; connection++) await connect();
    expect(await connect()).toEqual([]);
    expect(made).toEqual([]);
  });

  it('is made anew where a collection was dropped, or made by somebody else since', async () => {
    for (let connection = 0; connection < 3; connection++) await connect();
    await db.dropCollection(stateCollections.tombstones);
    await db.dropCollection(NAME);
    await db.createCollection(NAME);
    await connect();
    expect(await indexCount(stateCollections.tombstones)).toBe(2);
    expect(await indexCount(NAME)).toBe(2);
  });

  it('is asked for again where Atlas is not what it was, as after a restore, though its collections are the same', async () => {
    for (let connection = 0; connection < 3; connection++) await connect();
    await db.collection(NAME).dropIndex('mail_1');
    inventory.forget();
    await connect();
    expect(await indexCount(NAME)).toBe(2);
  });

  it('is asked for once more by another process', async () => {
    await connect();
    inventory = new AtlasInventory({ monotonic: () => nowMs });
    await connect();
    expect(made).toContain(`createIndexes ${NAME}`);
  });
});

describe('an index that cannot be built', () => {
  it('is told at each connection, and tried again once ten minutes have passed', async () => {
    await db
      .collection<{ _id: number; mail: string }>(NAME)
      .insertMany([1, 2].map((_id) => ({ _id, mail: 'a' })));
    const problems = await connect();
    expect(problems).toHaveLength(1);
    nowMs += TEN_MINUTES_MS - 1;
    expect(await connect()).toEqual(problems);
    expect(made).not.toContain(`createIndexes ${NAME}`);

    await db.collection<{ _id: number }>(NAME).deleteOne({ _id: 2 });
    nowMs += 1;
    expect(await connect()).toEqual([]);
    expect(await indexCount(NAME)).toBe(2);
  });

  it('is tried again by the next connection where the server could not at that moment', async () => {
    await connect();
    await db.collection(NAME).dropIndexes();
    inventory = new AtlasInventory({ monotonic: () => nowMs });
    const data = { failCommands: ['createIndexes'], errorCode: 189 };
    await client.db('admin').command({ configureFailPoint: 'failCommand', mode: { times: 8 }, data });
    await inventory.look(db);
    const asked = { models: [model], indexes: 'unique', logger: silentLogger, inventory } as const;
    expect(await ensureModelIndexes(db, asked)).toHaveLength(1);
    await client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
    expect(await ensureModelIndexes(db, asked)).toEqual([]);
    expect(await indexCount(NAME)).toBe(2);
  });
});
