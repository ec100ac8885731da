import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDocumentKey, type DocumentKey, type StatePage } from '@bomba/sync-core';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import {
  Binary,
  BSON,
  Code,
  type Db,
  Decimal128,
  type Document,
  Double,
  Long,
  MaxKey,
  MinKey,
  MongoClient,
  ObjectId,
  Timestamp,
} from 'mongodb';
import { documentIdOf, documentKeyOf } from '../../../src/bson/document-key.js';
import { excludedFields } from '../../../src/fields/excluded-fields.js';
import { readByKeys } from '../../../src/side/read-raw.js';
import { scanKeys } from '../../../src/side/scan-keys.js';
import { StateScanner } from '../../../src/side/state-scanner.js';

const collection = 'items';
const oid = new ObjectId();

/** `_id`s of all types, in no order; few documents, as the native sandbox does not sort those as it compares them. */
const ids: readonly unknown[] = [
  ...[NaN, Infinity, -Infinity, new MinKey(), new MaxKey()],
  ...[3, new Double(0.5), -7, Long.fromString('9007199254740993'), Decimal128.fromString('0.1')],
  ...['', 'a', oid.toHexString(), '3', new Code('rare')],
  new Map<string, unknown>([
    ['10', 1],
    ['9', new Map([['c', oid]])],
  ]),
  new Map(),
  ...['longer', '', 'long'].map((text) => new Binary(Buffer.from(text), 4)),
  ...[oid, new ObjectId()],
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

/** What a page shows of each state. */
function seen({ states }: StatePage): readonly unknown[] {
  return states.map(({ key, stamp, digest, isPlain, body }) => ({
    ...{ key, stamp, digest, isPlain },
    body: Buffer.from(body).toString('hex'),
  }));
}

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

  it.each([1, 2, 5, 100])(
    'has its states scanned in the order of its keys, in pages of %d',
    async (limit) => {
      const scanner = new StateScanner({ db });
      const found: DocumentKey[] = [];
      for (let isEnd = false; !isEnd;) {
        const scan = { collection, after: found.at(-1) ?? null, limit, maxBytes: 100_000 };
        const page: StatePage = await scanner.page(scan);
        found.push(...page.states.map(({ key }) => key));
        isEnd = page.isEnd;
      }
      expect(found).toEqual(await scanKeys(db, { collection, after: null, limit: 100 }));
    },
  );

  it('has pages that begin anywhere, also within the last one, as a new reading has them', async () => {
    const all = await scanKeys(db, { collection, after: null, limit: 100 });
    const scanner = new StateScanner({ db });
    const from = [null, 2, 3, 4, 1, 1, 6, null, 0, all.length - 2, 3];
    for (const place of from) {
      const scan = {
        collection,
        after: place === null ? null : (all[place] ?? null),
        limit: 3,
        maxBytes: 100_000,
      };
      const page = await scanner.page(scan);
      expect(seen(page)).toEqual(seen(await new StateScanner({ db }).page(scan)));
    }
  });

  it('is read anew where nobody has asked for more of it for a while', async () => {
    const clock = { nowMs: 0, monotonic: () => clock.nowMs };
    const scanner = new StateScanner({ db }, undefined, clock);
    const page = { collection, limit: 1, maxBytes: 100_000 };
    const first = await scanner.page({ ...page, after: null });
    const [, second] = await scanKeys(db, { collection, after: null, limit: 2 });
    const _id = documentIdOf(second ?? createDocumentKey(collection, ''));
    const next = async (): Promise<unknown> => {
      const { states } = await scanner.page({ ...page, after: first.states[0]?.key ?? null });
      return BSON.deserialize(states[0]?.body ?? new Uint8Array())['seen'];
    };
    await db.collection(collection).updateOne({ _id } as Document, { $set: { seen: 1 } });
    expect(await next()).toBeUndefined();
    clock.nowMs += 300_000;
    expect(await next()).toBe(1);
  });

  it('is read on where the server has ended the cursor meanwhile', async () => {
    const watching = await MongoClient.connect(databases.branches[0]?.uri ?? '', { monitorCommands: true });
    const ids: unknown[] = [];
    watching.on('commandSucceeded', ({ commandName, reply }) => {
      if (commandName === 'find') ids.push((reply as { cursor: { id: unknown } }).cursor.id);
    });
    const scanner = new StateScanner({ db: watching.db() });
    const page = { collection, limit: 2, maxBytes: 100_000 };
    const first = await scanner.page({ ...page, after: null });
    await db.command({ killCursors: collection, cursors: ids });
    const second = await scanner.page({ ...page, after: first.states.at(-1)?.key ?? null }); // it may have come ahead
    const third = await scanner.page({ ...page, after: second.states.at(-1)?.key ?? null });
    expect([first, second, third].flatMap(({ states }) => states.map(({ key }) => key))).toEqual(
      await scanKeys(db, { collection, after: null, limit: 6 }),
    );
    expect(ids).toHaveLength(2);
    await watching.close();
  });

  it('is read on where somebody reads along what the client asks, and is answered', async () => {
    const watching = await MongoClient.connect(databases.branches[0]?.uri ?? '', { monitorCommands: true });
    const seen: string[] = [];
    watching.on('commandStarted', ({ command }) => seen.push(JSON.stringify(command)));
    const scanner = new StateScanner({ db: watching.db() });
    const found: DocumentKey[] = [];
    const all = await scanKeys(db, { collection, after: null, limit: 100 });
    for (let isEnd = false; !isEnd;) {
      // Half-way somebody begins to take the answers apart as the driver gives them.
      if (found.length === 6)
        watching.on('commandSucceeded', ({ commandName, reply }) => {
          const { cursor } = reply as { cursor?: { nextBatch: readonly unknown[] } };
          if (commandName === 'getMore') expect(cursor?.nextBatch.length).toBeGreaterThanOrEqual(0);
        });
      const page: StatePage = await scanner.page({
        ...{ collection, after: found.at(-1) ?? null },
        ...{ limit: 3, maxBytes: 100_000 },
      });
      found.push(...page.states.map(({ key }) => key));
      isEnd = page.isEnd;
    }
    expect(found).toEqual(all);
    // Its cursor is read on; what was on its way when the second listener came may have to be read anew.
    expect(seen.filter((command) => command.includes('"find"')).length).toBeLessThanOrEqual(2);
    await watching.close();
  });

  it.each([
    ['names the order where it was made with another one', { collation: { locale: 'fr' } }, 'simple'],
    ['leaves the order to the index where it was not', {}, undefined],
  ])('%s', async (name, options, expected) => {
    const watching = await MongoClient.connect(databases.branches[0]?.uri ?? '', { monitorCommands: true });
    const locales: unknown[] = [];
    watching.on('commandStarted', ({ commandName, command }) => {
      if (commandName === 'find') locales.push((command as { collation?: Document }).collation?.['locale']);
    });
    const sorted = await db.createCollection(name.slice(0, 5), options);
    const scan = { collection: sorted.collectionName, after: null, limit: 5, maxBytes: 100_000 };
    await new StateScanner({ db: watching.db() }).page(scan);
    await scanKeys(watching.db(), scan);
    expect(locales).toEqual([expected, expected]);
    await watching.close();
  });

  it('is read by its keys, whatever their types', async () => {
    const keys = ids.map((id) => documentKeyOf(collection, id));
    const found = await readByKeys(db, keys, { map: ({ id }) => documentKeyOf(collection, id) });
    expect(found).toEqual(keys);
  });
});

describe('a scanned state', () => {
  it('is plain where it has no marks, and no digest but one of the fields that travel now', async () => {
    const marked = ['dirty', 'held', 'deleting', 'last', 'derived'].map((name) => ({ [name]: true }));
    const metas = [undefined, {}, { digest: '0:ab' }, { digest: '-secret:ab' }, { digest: 'ab' }, ...marked];
    const documents = metas.map((_syncMeta, _id) => ({ _id: _id as never, ...(_syncMeta && { _syncMeta }) }));
    await db.collection('metas').insertMany(documents);
    const scan = { collection: 'metas', after: null, limit: 100, maxBytes: 100_000 };
    const { states } = await new StateScanner({ db }).page(scan);
    expect(states.map(({ isPlain }) => isPlain)).toEqual([true, true, true, ...Array(7).fill(false)]);
  });

  it('is what travels of the document', async () => {
    await db.collection('kept').insertOne({ _id: 1 as never, name: 'x', secret: 'y' });
    const side = { db, excluded: excludedFields({ kept: { exclude: ['secret'] } }) };
    const scan = { collection: 'kept', after: null, limit: 100, maxBytes: 100_000 };
    const { states } = await new StateScanner(side).page(scan);
    expect(states.map(({ body }) => BSON.deserialize(body))).toEqual([{ _id: 1, name: 'x' }]);
  });
});
