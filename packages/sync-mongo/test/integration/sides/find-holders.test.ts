import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { BSON, type CreateIndexesOptions, type Db, type Document, MongoClient } from 'mongodb';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { findHolders } from '../../../src/side/find-holders.js';
import { raw, rawWithId } from '../../unit/bson/raw-bson.js';

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;
let round = 0;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  db = client.db();
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

interface Case {
  readonly keys: Document;
  readonly options?: CreateIndexesOptions;
  /** What document 1 holds. */
  readonly there: Document;
  /** What document 2 wants. */
  readonly wanted: Document;
}

/** Whom document 2 collides with, and by which fields. */
async function holderOf({ keys, options, there, wanted }: Case) {
  const name = `holders_${round++}`;
  await db.collection(name).createIndexes([{ key: keys, unique: true, ...options }]);
  await db.collection(name).insertOne({ _id: 1, ...there } as Document);
  const body = BSON.serialize({ _id: 2, ...wanted });
  const [holder] = await findHolders(db, [{ key: documentKeyOf(name, 2), body }]);
  return holder && { isFirst: holder.key === documentKeyOf(name, 1), fields: holder.fields };
}

describe('findHolders', () => {
  it.each<[string, Case, Document]>([
    ['a value', { keys: { code: 1 }, there: { code: 'x' }, wanted: { code: 'x' } }, { code: 'x' }],
    [
      'all values of a compound index',
      {
        keys: { hall: 1, place: 1 },
        there: { hall: 'a', place: 'b' },
        wanted: { hall: 'a', place: 'b' },
      },
      { hall: 'a', place: 'b' },
    ],
    ['a value that is missing', { keys: { code: 1 }, there: {}, wanted: { other: 1 } }, { code: null }],
    [
      'a value below others',
      { keys: { 'owner.mail': 1 }, there: { owner: { mail: 'm' } }, wanted: { owner: { mail: 'm' } } },
      { 'owner.mail': 'm' },
    ],
    [
      'a value of a partial index',
      {
        keys: { code: 1 },
        options: { partialFilterExpression: { open: true } },
        there: { code: 'x', open: true },
        wanted: { code: 'x', open: true },
      },
      { code: 'x' },
    ],
    [
      'a value that is the same to a collation',
      {
        keys: { mail: 1 },
        options: { collation: { locale: 'en', strength: 2 } },
        there: { mail: 'Ada@x.org' },
        wanted: { mail: 'ada@X.org' },
      },
      { mail: 'ada@X.org' },
    ],
  ])('finds who holds %s', async (_, given, fields) => {
    expect(await holderOf(given)).toEqual({ isFirst: true, fields });
  });

  it('finds who holds one item of a list', async () => {
    const given = { keys: { tags: 1 }, there: { tags: ['a', 'b'] }, wanted: { tags: ['c', 'b'] } };
    expect(await holderOf(given)).toMatchObject({ isFirst: true });
  });

  it.each<[string, Case]>([
    ['another value', { keys: { code: 1 }, there: { code: 'x' }, wanted: { code: 'y' } }],
    [
      'one value of a compound index only',
      { keys: { hall: 1, place: 1 }, there: { hall: 'a', place: 1 }, wanted: { hall: 'b', place: 1 } },
    ],
    ['nothing in a sparse index', { keys: { code: 1 }, options: { sparse: true }, there: {}, wanted: {} }],
    [
      'a value outside of a partial index',
      {
        keys: { code: 1 },
        options: { partialFilterExpression: { open: true } },
        there: { code: 'x', open: false },
        wanted: { code: 'x', open: true },
      },
    ],
    [
      'a value in other letters, without a collation',
      { keys: { mail: 1 }, there: { mail: 'A' }, wanted: { mail: 'a' } },
    ],
  ])('finds nobody for %s', async (_, given) => {
    expect(await holderOf(given)).toBeNull();
  });

  it.each<[string, Document, Document]>([
    ['a field that is there', { code: { $exists: true }, till: { $exists: true } }, { till: 1 }],
    ['a number', { total: { $gt: 5 } }, { total: new BSON.Long(6) }],
    ['a kind', { till: { $type: 'string' } }, { till: 'a' }],
    ['both of two', { $and: [{ open: true }, { 'owner.shop': 'a' }] }, { open: true, owner: { shop: 'a' } }],
  ])('asks whether a partial index speaks of the one that is refused: %s', async (_, condition, inside) => {
    const given = { keys: { code: 1 }, options: { partialFilterExpression: condition } };
    const there = { code: 'x', ...inside };
    expect(await holderOf({ ...given, there, wanted: there })).toMatchObject({ isFirst: true });
    expect(await holderOf({ ...given, there, wanted: { code: 'x', other: { $a: 1 } } })).toBeNull();
  });

  it('names the holder by the index that refuses, and not by one that does not speak of the document', async () => {
    const name = `holders_${round++}`;
    await db.collection(name).createIndexes([
      { key: { code: 1 }, unique: true, partialFilterExpression: { open: true } },
      { key: { mail: 1 }, unique: true },
    ]);
    await db.collection(name).insertMany([
      { _id: 1, code: 'x', open: true, mail: 'a' },
      { _id: 2, code: 'y', open: true, mail: 'b' },
    ] as Document[]);
    const body = BSON.serialize({ _id: 3, code: 'x', open: false, mail: 'b' });
    const [holder] = await findHolders(db, [{ key: documentKeyOf(name, 3), body }]);
    expect(holder).toMatchObject({ key: documentKeyOf(name, 2), fields: { mail: 'b' } });
  });

  it('looks at nothing but what an index names: the rest may hold values that no query can name', async () => {
    const name = `holders_${round++}`;
    await db.collection(name).createIndexes([{ key: { code: 1 }, unique: true }]);
    await db.collection(name).insertOne({ _id: 1, code: 'x' } as Document);
    const far = raw.date(2n ** 62n);
    const bodies = [
      rawWithId(raw.int32(2), [
        ['when', far],
        ['code', raw.string('x')],
      ]),
      rawWithId(raw.int32(3), [['code', far]]),
    ];
    const entries = bodies.map((body, i) => ({ key: documentKeyOf(name, i + 2), body }));
    const found = await findHolders(db, entries);
    expect(found.map((holder) => holder?.key ?? null)).toEqual([documentKeyOf(name, 1), null]);
  });

  it('finds nobody but another document', async () => {
    const name = `holders_${round++}`;
    await db.collection(name).createIndexes([{ key: { code: 1 }, unique: true }]);
    await db.collection(name).insertOne({ _id: 1, code: 'x' } as Document);
    const body = BSON.serialize({ _id: 1, code: 'x' });
    expect(await findHolders(db, [{ key: documentKeyOf(name, 1), body }])).toEqual([null]);
  });
});
