import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DocumentKey } from '@bomba/sync-core';
import {
  type AtlasSideFixture,
  atlasSideContract,
  type BranchDatabases,
  startDatabases,
} from '@bomba/sync-testkit';
import { type CommandStartedEvent, type Db, type Document, MongoClient } from 'mongodb';
import { MongoAtlasSide } from '../../../src/atlas-side/mongo-atlas-side.js';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { documentPlaceOf } from '../../../src/bson/document-key.js';
import { AtlasInventory } from '../../../src/state/atlas-inventory.js';
import { ensureAtlasState } from '../../../src/state/ensure-state.js';
import { stateCollections } from '../../../src/state/state-collections.js';
import { collections, documentIn, textOf } from './stored-document.js';

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;
/** Other hands on Atlas. */
let others: MongoClient;
const commands: CommandStartedEvent[] = [];

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  const [server] = databases.branches;
  await server?.provision(collections);
  others = await MongoClient.connect(server?.uri ?? '');
  client = await MongoClient.connect(server?.uri ?? '', { monitorCommands: true });
  db = client.db();
  await ensureAtlasState(db, {
    synced: collections,
    tombstoneAgeMs: 60_000,
    inventory: new AtlasInventory({ monotonic: () => 0 }),
  });
  client.on('commandStarted', (event) => commands.push(event));
});
afterAll(async () => {
  await Promise.all([client.close(), others.close()]);
  await databases.stop();
});

function place(key: DocumentKey): { readonly at: ReturnType<Db['collection']>; readonly filter: Document } {
  const { collection, id } = documentPlaceOf(key);
  return { at: others.db().collection(collection), filter: { _id: id } };
}

async function create(): Promise<AtlasSideFixture> {
  for (const name of [...collections, ...Object.values(stateCollections)])
    await others.db().collection(name).deleteMany({});
  const session = client.startSession({ causalConsistency: true });
  return {
    side: new MongoAtlasSide({ db, instanceId: 'instance-a', session }),
    collections,
    digestOf: (body) => bodyDigest(body),
    document: (number, text) => documentIn(collections[0], number, text),
    elsewhere: (number, text) => documentIn(collections[1], number, text),
    edit: async (document) => {
      const { at, filter } = place(document.key);
      await at.updateOne(filter, { $set: { text: textOf(document) } }, { upsert: true });
    },
    erase: async (key) => {
      const { at, filter } = place(key);
      await at.deleteOne(filter);
    },
  };
}

atlasSideContract({ name: 'MongoAtlasSide', create }, { describe, it });

describe('a write of the engine on Atlas', () => {
  const writes = new Set(['insert', 'update', 'delete', 'findAndModify', 'commitTransaction']);
  const isInTransaction = ({ command, commandName }: CommandStartedEvent) =>
    command['autocommit'] === false && commandName !== 'commitTransaction';

  it('is acknowledged once it is in the journals of a majority, in all that was asked above', () => {
    const sent = commands.filter((event) => writes.has(event.commandName) && !isInTransaction(event));
    expect(new Set(sent.map(({ commandName }) => commandName)).size).toBeGreaterThan(2);
    for (const { command } of sent) expect(command['writeConcern']).toMatchObject({ w: 'majority', j: true });
  });
});
