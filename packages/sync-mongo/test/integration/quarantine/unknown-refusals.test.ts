import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createDocumentKey, type DocumentKey, type Operation, type QuarantineEntry } from '@bomba/sync-core';
import { type BranchDatabases, stampAt, startDatabases, waitFor } from '@bomba/sync-testkit';
import {
  type AnyBulkWriteOperation,
  BSON,
  type BulkWriteResult,
  Collection,
  type Db,
  MongoBulkWriteError,
  MongoClient,
  type WriteError,
} from 'mongodb';
import { type Lane } from '../../../src/engine/lane.js';
import { UnknownRefusals } from '../../../src/engine/unknown-refusals.js';
import { type LocalContext } from '../../../src/local-side/local-context.js';
import { quarantineState } from '../../../src/local-side/records.js';
import { ensureLocalState, tryAgainIndex } from '../../../src/state/ensure-state.js';
import { ManualClock } from '../../unit/control/manual-clock.js';
import { isOfAtlas, knownAtlas } from '../slice/stand-before-atlas.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const UNKNOWN = 987_654;
const VALIDATION = 121;

describe('a document that Atlas refuses with a code that nobody knows', () => {
  let world: TwoBranches;
  let a: BranchProcess;
  /** With which code Atlas refuses a document; null: it does not. */
  let codeFor: (name: unknown) => number | null = () => null;

  beforeAll(async () => {
    world = await startTwoBranches();
    const bulkWrite = Reflect.get(Collection.prototype, 'bulkWrite');
    jest.spyOn(Collection.prototype, 'bulkWrite').mockImplementation(async function (
      this: Collection,
      operations,
      options,
    ) {
      const isAtlas = isOfAtlas(this.db);
      const codes = operations.map((operation) => (isAtlas ? codeFor(nameIn(operation)) : null));
      const allowed = operations.filter((_, i) => codes[i] === null);
      const result: BulkWriteResult | null =
        allowed.length > 0 ? await bulkWrite.call(this, allowed, options) : null;
      if (result && allowed.length === operations.length) return result;
      throw refusing(codes, result);
    });
    a = await world.a.open(knownAtlas(world));
    await a.sync.start();
    await a.sync.idle();
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await world.stop();
  });

  const waiting = () => a.sync.quarantine.list();

  it('is tried again by itself until Atlas takes it, and one that is refused for a known reason is not', async () => {
    codeFor = (name) => (name === 'struck' ? UNKNOWN : name === 'wrong' ? VALIDATION : null);
    await a.Item.insertMany(['struck', 'wrong', 'harmless'].map((name) => ({ name })));
    await waitFor(async () => (await waiting()).length === 2, { what: 'both to be refused' });
    await waitFor(async () => (await waiting()).some(({ attemptCount }) => attemptCount >= 3), {
      what: 'it to be tried again and again',
      timeoutMs: 20_000,
    });
    codeFor = () => null;
    const isThere = async () =>
      (await world.atlas.collection('items').countDocuments({ name: 'struck' })) === 1;
    await waitFor(isThere, { what: 'it to arrive by itself', timeoutMs: 20_000 });
    await waitFor(async () => (await waiting()).length === 1, { what: 'its entry to be gone' });
    expect(await waiting()).toMatchObject([{ code: 'SYNC_WRITE_VALIDATION', attemptCount: 1 }]);
    expect(await world.atlas.collection('items').countDocuments({ name: 'harmless' })).toBe(1);
  }, 60_000);
});

function nameIn(operation: AnyBulkWriteOperation): unknown {
  return 'insertOne' in operation
    ? (operation.insertOne.document as Map<string, unknown>).get('name')
    : undefined;
}

function refusing(codes: readonly (number | null)[], result: BulkWriteResult | null): MongoBulkWriteError {
  const writeErrors = codes.flatMap((code, index) =>
    code === null ? [] : [{ code, index, err: {} } as unknown as WriteError],
  );
  const { insertedCount = 0, matchedCount = 0 } = result ?? {};
  const counts = { insertedCount, matchedCount, deletedCount: 0, getWriteConcernError: () => undefined };
  const code = writeErrors[0]?.code ?? UNKNOWN;
  return new MongoBulkWriteError({ message: 'x', code, writeErrors }, counts as unknown as BulkWriteResult);
}

describe('many that are refused so', () => {
  const COUNT = 500;
  const RETRY_MAX_MS = 60_000;
  const HOUR_MS = 3_600_000;
  let databases: BranchDatabases;
  let client: MongoClient;
  let db: Db;
  const clock = new ManualClock();
  /** The keys of what was tried again, in order. */
  const tried: DocumentKey[] = [];

  beforeAll(async () => {
    databases = await startDatabases({ branches: 1, atlas: false });
    client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
    db = client.db();
    await ensureLocalState(db, []);
  });
  afterAll(async () => {
    await client.close();
    await databases.stop();
  });

  const entryOf = (
    n: number,
    code: QuarantineEntry['refusal']['code'],
    collection = 'items',
  ): QuarantineEntry => ({
    key: createDocumentKey(collection, `num:${n}`),
    ...{ direction: 'local-to-atlas', stamp: stampAt(1), waits: 'in-place' },
    ...{ refusal: { refused: true, code, reason: 'No.' }, body: BSON.serialize({ _id: n }) },
  });

  const refuse = (
    n: number,
    code: QuarantineEntry['refusal']['code'] = 'SYNC_WRITE_REFUSED',
    collection?: string,
  ) =>
    quarantineState({ db, now: () => clock.now() } as unknown as LocalContext, entryOf(n, code, collection));

  /** One that finds nothing on Local, and only tells what it was asked about. */
  function refusals(...collections: readonly string[]): UnknownRefusals {
    const run = (step: Iterator<Operation, readonly DocumentKey[], unknown>) => {
      const asked = step.next();
      if (asked.done !== true && asked.value.op === 'readMarks') tried.push(...asked.value.entries);
      return Promise.resolve([]);
    };
    const options = { db, collections: ['items', ...collections], clock, random: { fraction: () => 0.999 } };
    const settling = {
      lane: { run } as unknown as Lane,
      hold: () => undefined,
      pushDue: { call: () => undefined },
    };
    return new UnknownRefusals({ ...options, ...settling, retry: { maxMs: RETRY_MAX_MS } });
  }

  it('are tried a few at a time, those first that have waited longest, and each of them in its turn', async () => {
    for (let n = 0; n < COUNT; n++) await refuse(n);
    const each = refusals();
    for (let round = 1; round <= 10; round++) {
      await each.sweep();
      await each.sweep(); // not yet due
      expect(tried).toHaveLength(round * 50);
      clock.advance(5_000);
    }
    expect(new Set(tried).size).toBe(COUNT);
  }, 60_000);

  it('are tried at distances that grow up to an hour, whoever leads', async () => {
    await db.collection('_sync_quarantine').deleteMany({});
    tried.length = 0;
    await refuse(0);
    const distances: number[] = [];
    let lastMs = clock.monotonic();
    for (let attempt = 0; attempt < 10; attempt++) {
      const before = tried.length;
      while (tried.length === before) {
        await refusals().sweep();
        clock.advance(10_000);
      }
      await refuse(0);
      distances.push(Math.round((clock.monotonic() - lastMs) / RETRY_MAX_MS));
      lastMs = clock.monotonic();
    }
    expect(distances).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  }, 60_000);

  it('are tried at such distances also where something else holds them each time before the server is asked', async () => {
    await db.collection('_sync_quarantine').deleteMany({});
    tried.length = 0;
    await refuse(0);
    for (let passedMs = 0; passedMs < HOUR_MS; passedMs += 10_000) {
      await refusals().sweep();
      clock.advance(10_000);
    }
    // After 0, 1, 3, 7, 15 and 31 minutes.
    expect(tried).toHaveLength(6);
  }, 60_000);

  it('take no turn from the others while their collection does not travel, and are tried once it does', async () => {
    await db.collection('_sync_quarantine').deleteMany({});
    tried.length = 0;
    for (let n = 0; n < 60; n++) await refuse(n, 'SYNC_WRITE_REFUSED', 'excluded');
    clock.advance(10_000);
    await refuse(0);
    await refusals().sweep();
    expect(tried).toEqual([createDocumentKey('items', 'num:0')]);
    await refusals('excluded').sweep();
    expect(tried).toHaveLength(51);
    await db.collection('_sync_quarantine').deleteMany({ collection: 'excluded' });
  });

  it('are not left alone for longer than that where the clock was ahead when they were put off', async () => {
    tried.length = 0;
    const records = db.collection('_sync_quarantine');
    await records.updateMany({}, { $set: { tryAgainAt: new Date(clock.now() + 1_000 * HOUR_MS) } });
    await refusals().sweep();
    expect(tried).toHaveLength(1);
  });

  it('cost nothing where they are refused for a known reason, also where that has become known since', async () => {
    tried.length = 0;
    for (let n = 0; n < 3; n++) await refuse(n, 'SYNC_WRITE_TOO_LARGE');
    clock.advance(2 * HOUR_MS);
    await refusals().sweep();
    expect(tried).toEqual([]);
    expect(await db.collection('_sync_quarantine').countDocuments({ tryAgainAt: { $exists: true } })).toBe(0);
    const indexes = await db.collection('_sync_quarantine').indexes();
    expect(indexes).toContainEqual(expect.objectContaining(tryAgainIndex));
  });
});
