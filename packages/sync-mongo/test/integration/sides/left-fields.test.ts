import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createStamp, lowestStamp, type Stamp } from '@bomba/sync-core';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { BSON, type Db, type Document, MongoClient } from 'mongodb';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { toBinary } from '../../../src/bson/stamp-binary.js';
import { excludedFields } from '../../../src/fields/excluded-fields.js';
import { MongoLocalSide } from '../../../src/local-side/mongo-local-side.js';
import { ensureLocalState } from '../../../src/state/ensure-state.js';
import { stateCollections } from '../../../src/state/state-collections.js';
import { raw, rawWithId } from '../../unit/bson/raw-bson.js';
import { insertRaw } from '../bson/raw-insert.js';

const NAME = 'staff';
const KEY = documentKeyOf(NAME, 1);
const excluded = excludedFields({ [NAME]: { exclude: ['pin'] } });
const v = (timeMs: number): Stamp => createStamp({ timeMs, counter: 0, random: randomBytes(16) });
const [FIRST, SECOND] = [v(1_000), v(2_000)];
const body = BSON.serialize({ _id: 1, name: 'a' });
const expected = { stamp: FIRST, dirty: null, held: false };

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;
let side: MongoLocalSide;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  db = client.db();
  await ensureLocalState(db, [NAME]);
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});
/** A document of that version with a pin, of which it is noted that it is about to leave Local. */
beforeEach(async () => {
  for (const name of [NAME, stateCollections.tombstones]) await db.collection(name).deleteMany({});
  side = sideWith(excluded);
  const _syncMeta = { stamp: toBinary(FIRST), digest: bodyDigest(body) };
  await db.collection(NAME).insertOne({ _id: 1, name: 'a', pin: 7, _syncMeta } as Document);
  await side.run({ side: 'local', op: 'noteRemoval', entries: [KEY] });
});

function sideWith(fields: ReturnType<typeof excludedFields>): MongoLocalSide {
  return new MongoLocalSide({
    ...{ db, instanceId: 'a', collections: () => [NAME], excluded: fields },
    nextId: () => lowestStamp(randomBytes(16)),
    savePosition: () => Promise.resolve(),
    now: () => Date.now(),
  });
}

const remove = async (): Promise<boolean> =>
  (await side.run({ side: 'local', op: 'remove', entries: [{ key: KEY, expected }] }))[0] === true;
const noteDeletion = (stamp: Stamp): Promise<unknown> =>
  side.run({ side: 'local', op: 'noteTombstone', entries: [{ key: KEY, stamp, over: null }] });
const comeBack = (): Promise<unknown> => {
  const info = { version: 1, conflictCount: 0, instanceId: 'a' };
  const state = { stamp: FIRST, body, digest: bodyDigest(body), info };
  return side.run({ side: 'local', op: 'insert', entries: [{ key: KEY, state }] });
};
const document = async (): Promise<Document | null> =>
  db.collection(NAME).findOne({ _id: 1 } as Document, { projection: { _id: 0, _syncMeta: 0 } });

describe('the excluded fields of a document that leaves Local without being deleted', () => {
  it('are there again with it, once', async () => {
    expect(await remove()).toBe(true);
    await comeBack();
    expect(await document()).toEqual({ name: 'a', pin: 7 });
    await db.collection(NAME).deleteOne({ _id: 1 } as Document);
    await comeBack();
    expect(await document()).toEqual({ name: 'a' });
  });

  it.each([7, 8, undefined])('keep it where they have changed since they were noted: %p', async (pin) => {
    const change = pin === undefined ? { $unset: { pin: '' } } : { $set: { pin } };
    await db.collection(NAME).updateOne({ _id: 1 } as Document, change);
    expect(await remove()).toBe(pin === 7);
  });

  it('keep it where it had none, and has one since', async () => {
    await db.collection(NAME).updateOne({ _id: 1 } as Document, { $unset: { pin: '' } });
    await side.run({ side: 'local', op: 'noteRemoval', entries: [KEY] });
    await db.collection(NAME).updateOne({ _id: 1 } as Document, { $set: { pin: 1 } });
    expect(await remove()).toBe(false);
  });

  it('let it go where they hold a value that no driver writes', async () => {
    const { port = 0, uri = '' } = databases.branches[0] ?? {};
    const { hostname: host, pathname } = new URL(uri);
    const place = { port, host, dbName: pathname.slice(1), collection: NAME };
    await db.collection(NAME).deleteMany({});
    const far = rawWithId(raw.int32(1), [['pin', raw.date(2n ** 62n)]]);
    expect(await insertRaw(place, far)).toBeNull();
    const $set = { '_syncMeta.stamp': toBinary(FIRST) };
    await db.collection(NAME).updateOne({ _id: 1 } as Document, { $set });
    await side.run({ side: 'local', op: 'noteRemoval', entries: [KEY] });
    expect(await remove()).toBe(true);
  });

  it('outlive what is told once more of an older deletion, and go with a new one', async () => {
    await noteDeletion(FIRST);
    await side.run({ side: 'local', op: 'noteRemoval', entries: [KEY] });
    await remove();
    await noteDeletion(FIRST);
    await comeBack();
    expect(await document()).toEqual({ name: 'a', pin: 7 });

    await side.run({ side: 'local', op: 'noteRemoval', entries: [KEY] });
    await remove();
    await noteDeletion(SECOND);
    await comeBack();
    expect(await document()).toEqual({ name: 'a' });
  });

  it('are in a local write that comes back, also where they are excluded no longer', async () => {
    await remove();
    side = sideWith(excludedFields({}));
    const entries = [{ key: KEY, expected: null, dirty: v(3_000), body }];
    await side.run({ side: 'local', op: 'rewrite', entries });
    expect(await document()).toEqual({ name: 'a', pin: 7 });
  });

  it('are not read with what is known of deletions', async () => {
    await remove();
    const [tombstone] = await side.run({ side: 'local', op: 'readTombstones', entries: [KEY] });
    expect(Object.keys(tombstone ?? {})).not.toContain('left');
  });

  it('count for who holds a unique value that they are part of', async () => {
    const options = { unique: true, partialFilterExpression: { pin: 7 } };
    await db.collection(NAME).createIndexes([{ key: { name: 1 }, ...options }]);
    await db.collection(NAME).insertOne({ _id: 2, name: 'b', pin: 7 } as Document);
    const entries = [{ key: KEY, body: BSON.serialize({ _id: 1, name: 'b' }) }];
    const [holder] = await side.run({ side: 'local', op: 'findHolders', entries });
    await db.collection(NAME).dropIndexes();
    expect(holder?.key).toBe(documentKeyOf(NAME, 2));
  });
});
