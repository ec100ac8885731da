import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type DocumentKey, lowestStamp, toStamp } from '@bomba/sync-core';
import {
  type BranchDatabases,
  CONTRACT_NOW_MS,
  type LocalSideFixture,
  localSideContract,
  startDatabases,
} from '@bomba/sync-testkit';
import { type Db, type Document, MongoClient } from 'mongodb';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { documentPlaceOf } from '../../../src/bson/document-key.js';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { MongoLocalSide } from '../../../src/local-side/mongo-local-side.js';
import { ensureLocalState } from '../../../src/state/ensure-state.js';
import { stateCollections } from '../../../src/state/state-collections.js';
import { collections, documentIn, textOf } from './stored-document.js';

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  const [local] = databases.branches;
  await local?.provision(collections);
  client = await MongoClient.connect(local?.uri ?? '');
  db = client.db();
  await ensureLocalState(db, collections);
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

function place(key: DocumentKey): { readonly at: ReturnType<Db['collection']>; readonly filter: Document } {
  const { collection, id } = documentPlaceOf(key);
  return { at: db.collection(collection), filter: { _id: id } };
}

async function create(): Promise<LocalSideFixture> {
  for (const name of [...collections, ...Object.values(stateCollections)])
    await db.collection(name).deleteMany({});
  const side = new MongoLocalSide({
    db,
    instanceId: 'instance-a',
    collections: () => collections,
    nextId: () => lowestStamp(randomBytes(16)),
    savePosition: async () => undefined,
    now: () => CONTRACT_NOW_MS,
  });
  return {
    side,
    collections,
    digestOf: (body) => bodyDigest(body),
    document: (number, text) => documentIn(collections[0], number, text),
    elsewhere: (number, text) => documentIn(collections[1], number, text),
    write: async (document, dirty) => {
      const { at, filter } = place(document.key);
      const $set = { text: textOf(document), '_syncMeta.dirty': toBinary(dirty) };
      const gone = ['held', 'deleting', 'last', 'derived'].map((mark) => [`_syncMeta.${mark}`, '']);
      await at.updateOne(filter, { $set, $unset: Object.fromEntries(gone) as Document }, { upsert: true });
    },
    mark: async (key, id) => {
      const { at, filter } = place(key);
      const marks = { dirty: toBinary(id), last: '$_syncMeta.dirty', deleting: true };
      await at.updateOne(filter, [
        { $set: { _syncMeta: { $mergeObjects: ['$_syncMeta', marks] } } },
        { $unset: '_syncMeta.held' },
      ]);
    },
    kept: async () => {
      const found = await db.collection(stateCollections.conflicts).find().toArray();
      return found.flatMap(({ key, losingStamp, reason }: Document) => {
        const stamp = toStamp(String(losingStamp));
        return stamp ? [{ key: key as DocumentKey, losingStamp: stamp, reason }] : [];
      });
    },
    attemptCount: async (key) => {
      const found = await db.collection(stateCollections.quarantine).findOne({ key });
      return Number(found?.['attemptCount'] ?? 0);
    },
  };
}

localSideContract({ name: 'MongoLocalSide', create }, { describe, it });
