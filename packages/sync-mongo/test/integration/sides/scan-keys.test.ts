import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DocumentKey } from '@bomba/sync-core';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import {
  Binary,
  Code,
  type Db,
  Decimal128,
  type Document,
  Double,
  Long,
  MongoClient,
  ObjectId,
  Timestamp,
} from 'mongodb';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { readByKeys } from '../../../src/side/read-raw.js';
import { scanKeys } from '../../../src/side/scan-keys.js';

const collection = 'items';
const oid = new ObjectId();

/** `_id`s of all types, in no order; of documents and bytes only one, as the native sandbox does not order those. */
const ids: readonly unknown[] = [
  ...[3, new Double(0.5), -7, Long.fromString('9007199254740993'), Decimal128.fromString('0.1')],
  ...['', 'a', oid.toHexString(), '3', new Code('rare')],
  new Map<string, unknown>([
    ['10', 1],
    ['9', new Map([['c', oid]])],
  ]),
  ...[new Binary(Buffer.from('longer'), 4), oid, new ObjectId()],
  ...[true, false, null, new Date(0), new Date(5), new Timestamp({ t: 1, i: 2 })],
];

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  db = client.db();
  const documents = ids.map((_id) => new Map([['_id', _id]]) as unknown as Document);
  await db.collection(collection).insertMany(documents, { forceServerObjectId: true });
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

describe('a collection whose _ids are of many types', () => {
  it.each([1, 2, 5, 100])('is scanned whole, each key once, in pages of %d', async (limit) => {
    const keys: DocumentKey[] = [];
    for (let after: DocumentKey | null = null; ; after = keys.at(-1) ?? null) {
      const page: readonly DocumentKey[] = await scanKeys(db, { collection, after, limit });
      keys.push(...page);
      if (page.length < limit) break;
    }
    expect(keys).toHaveLength(ids.length);
    expect(new Set(keys)).toEqual(new Set(ids.map((id) => documentKeyOf(collection, id))));
  });

  it('is read by its keys, whatever their types', async () => {
    const keys = ids.map((id) => documentKeyOf(collection, id));
    const found = await readByKeys(db, keys, { map: ({ id }) => documentKeyOf(collection, id) });
    expect(found).toEqual(keys);
  });
});
