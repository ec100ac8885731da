import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConflictRecord, lowestStamp } from '@bomba/sync-core';
import { type BranchDatabases, CONTRACT_NOW_MS, stampAt, startDatabases } from '@bomba/sync-testkit';
import { BSON, type Db, MongoClient } from 'mongodb';
import { MongoConflictArchive } from '../../../src/archive/mongo-conflict-archive.js';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { MongoLocalSide } from '../../../src/local-side/mongo-local-side.js';
import { storedBytes } from '../slice/stored-bytes.js';
import { ensureLocalState } from '../../../src/state/ensure-state.js';

/** As much as is left beside the metadata. */
const MAX_BYTES = 16 * 1024 * 1024 - 500;

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  db = client.db();
  await ensureLocalState(db, ['reports']);
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

const nextId = () => lowestStamp(randomBytes(16));

function local(): MongoLocalSide {
  const collections = () => ['reports', '_sync_conflicts'];
  const savePosition = async () => undefined;
  return new MongoLocalSide({
    db,
    instanceId: 'a',
    collections,
    nextId,
    savePosition,
    now: () => CONTRACT_NOW_MS,
  });
}

describe('a state that is as large as a document may be', () => {
  const key = documentKeyOf('reports', 1);
  const empty = BSON.serialize({ _id: 1, text: '' }).length;
  const body = BSON.serialize({ _id: 1, text: 'x'.repeat(MAX_BYTES - empty) });

  it('is kept as a conflict record, listed once, and restored byte for byte', async () => {
    const record: ConflictRecord = {
      key,
      loser: 'local',
      losingStamp: stampAt(1),
      winningStamp: stampAt(2),
      reason: 'concurrent-update',
      body,
      strategy: 'last-write-wins',
      caution: false,
      failure: null,
    };
    await local().run({ side: 'local', op: 'keep', entries: [record] });
    const stats = () => ({}) as ReturnType<MongoConflictArchive['stats']>;
    const archive = new MongoConflictArchive({ db: () => db, nextId, onWrite: () => undefined, stats });
    const [listed, ...others] = await archive.list();
    expect(others).toEqual([]);
    const found = await archive.get(listed?.id ?? '');
    expect((found?.document as { text: string }).text).toHaveLength(MAX_BYTES - empty);
    await archive.restore(listed?.id ?? '');
    const [restored] = await storedBytes(db, 'reports');
    expect(restored === Buffer.from(body.subarray(4, -1)).toString('hex')).toBe(true);
    const dirty = await db.collection('_sync_conflicts').countDocuments({ '_syncMeta.dirty': { $ne: null } });
    expect(dirty).toBe(2);
  });

  it('goes into quarantine whole, and out of it without leaving anything', async () => {
    const refusal = { refused: true, code: 'SYNC_WRITE_TOO_LARGE', reason: 'It is too large.' } as const;
    const entry = {
      key,
      direction: 'local-to-atlas',
      stamp: stampAt(1),
      refusal,
      body,
      waits: 'in-place',
    } as const;
    const side = local();
    await side.run({ side: 'local', op: 'quarantine', entry });
    const page = await side.run({ side: 'local', op: 'scanQuarantine', after: null, limit: 10 });
    expect(page).toHaveLength(1);
    expect(await db.collection('_sync_quarantine').findOne({ key })).toMatchObject({
      byteCount: body.length,
    });
    await side.run({ side: 'local', op: 'release', entries: page });
    expect(await db.collection('_sync_quarantine').countDocuments({})).toBe(0);
  });
});
