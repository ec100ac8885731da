import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { BSON, type Db, type Document, MongoClient, ObjectId } from 'mongodb';
import fc from 'fast-check';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { toOrderedDocument } from '../../../src/bson/elements.js';
import { excludedFields } from '../../../src/fields/excluded-fields.js';
import { keptFields } from '../../../src/fields/keep-excluded.js';
import { storedDocument } from '../../unit/bson/arbitrary-document.js';

const COUNT = 150;

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  db = client.db();
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

const excluded = excludedFields({ items: { exclude: ['secret', 'pay.rate', 'pay.list', 'absent'] } });

/** A document whose excluded fields hold values of all types. */
function documentWith(bytes: Uint8Array): Document {
  const [, ...values] = toOrderedDocument(bytes).values();
  const [secret, rate, ...list] = values;
  const pay = new Map(Object.entries({ rate, day: 1, list }).filter(([, value]) => value !== undefined));
  return new Map<string, unknown>([
    ['_id', new ObjectId()],
    ['name', 'x'],
    ...(secret === undefined ? [] : [['secret', secret] as const]),
    ['pay', pay],
  ]);
}

describe('the excluded fields that a document holds', () => {
  it('are matched as they were read, whatever they hold, and no more once one has changed', async () => {
    const documents = fc.sample(storedDocument, COUNT).map(documentWith);
    await db.collection('items').insertMany(documents);
    const ids = documents.map((document) => (document as Map<string, unknown>).get('_id') as ObjectId);
    const kept = await keptFields(
      { db, excluded },
      ids.map((_id) => documentKeyOf('items', _id)),
    );
    const matching = async (): Promise<readonly number[]> =>
      Promise.all(
        ids.map((_id) => {
          const { condition } = kept(documentKeyOf('items', _id));
          return db.collection('items').countDocuments({ _id, ...condition });
        }),
      );
    expect(await matching()).toEqual(documents.map(() => 1));
    await db.collection('items').updateMany({}, { $set: { name: 'y', 'pay.day': 2 } });
    expect(await matching()).toEqual(documents.map(() => 1));
    await db.collection('items').updateMany({}, { $set: { absent: 'no more' } });
    expect(await matching()).toEqual(documents.map(() => 0));
  }, 60_000);

  it('are stored byte for byte as they were', async () => {
    const documents = fc.sample(storedDocument, COUNT).map(documentWith) as unknown as Fields[];
    await db.collection('items').insertMany(documents);
    const ids = documents.map((document) => document.get('_id'));
    const kept = await keptFields(
      { db, excluded },
      ids.map((_id) => documentKeyOf('items', _id)),
    );
    for (const [i, before] of documents.entries()) {
      const body = BSON.serialize({ _id: ids[i], name: 'new', pay: { day: 3 } });
      const stored = toOrderedDocument(kept(documentKeyOf('items', ids[i])).around(body));
      expect(excludedBytes(stored)).toEqual(excludedBytes(before));
      expect([stored.get('name'), (stored.get('pay') as Fields).get('day')]).toMatchObject([
        'new',
        { value: 3 },
      ]);
    }
  });
});

type Fields = ReadonlyMap<string, unknown>;

function excludedBytes(document: Fields): readonly Uint8Array[] {
  const pay = document.get('pay') as Fields;
  const values = [document.get('secret'), pay.get('rate'), pay.get('list')];
  return values.map((value) => BSON.serialize(value === undefined ? {} : { value }));
}
