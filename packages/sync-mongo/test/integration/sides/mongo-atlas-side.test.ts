import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type DocumentKey } from '@bomba/sync-core';
import {
  type AtlasSideFixture,
  atlasSideContract,
  type BranchDatabases,
  startDatabases,
} from '@bomba/sync-testkit';
import { type Db, type Document, MongoClient } from 'mongodb';
import { MongoAtlasSide } from '../../../src/atlas-side/mongo-atlas-side.js';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { documentPlaceOf } from '../../../src/bson/document-key.js';
import { ensureAtlasState } from '../../../src/state/ensure-state.js';
import { stateCollections } from '../../../src/state/state-collections.js';
import { collections, documentIn, textOf } from './stored-document.js';

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  const [server] = databases.branches;
  await server?.provision(collections);
  client = await MongoClient.connect(server?.uri ?? '');
  db = client.db();
  await ensureAtlasState(db, { synced: collections, tombstoneAgeMs: 60_000 });
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

function place(key: DocumentKey): { readonly at: ReturnType<Db['collection']>; readonly filter: Document } {
  const { collection, id } = documentPlaceOf(key);
  return { at: db.collection(collection), filter: { _id: id } };
}

async function create(): Promise<AtlasSideFixture> {
  for (const name of [...collections, ...Object.values(stateCollections)])
    await db.collection(name).deleteMany({});
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
