import { describe, expect, it } from '@jest/globals';
import { createStamp, type DocumentKey, type PushEntry } from '@bomba/sync-core';
import {
  type AnyBulkWriteOperation,
  BSON,
  type BulkWriteResult,
  type ClientSession,
  type Db,
  MongoBulkWriteError,
  MongoServerError,
  type WriteError,
} from 'mongodb';
import { type AtlasContext } from '../../../src/atlas-side/atlas-context.js';
import { push } from '../../../src/atlas-side/push.js';
import { seal } from '../../../src/atlas-side/seal.js';
import { remove, writeTombstones } from '../../../src/atlas-side/write.js';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { documentKeyOf } from '../../../src/bson/document-key.js';

const MAX_TIME_EXPIRED = 50;
const stamp = createStamp({ timeMs: 5, counter: 0, random: new Uint8Array(16) });
const info = { version: 1, conflictCount: 0, instanceId: 'this-branch' };

interface SentBulk {
  readonly writeCount: number;
  readonly maxTimeMS: unknown;
}

/** An Atlas of which a transaction holds a document: whatever is to be written takes longer than it may. */
function lockedAtlas(failure: Error): { readonly context: AtlasContext; readonly bulks: SentBulk[] } {
  const bulks: SentBulk[] = [];
  const collection = {
    bulkWrite: (operations: readonly AnyBulkWriteOperation[], { maxTimeMS }: { maxTimeMS?: number }) => {
      bulks.push({ writeCount: operations.length, maxTimeMS });
      return Promise.reject(failure);
    },
  };
  const db = { collection: () => collection } as unknown as Db;
  return { context: { db, instanceId: 'this-branch', session: {} as ClientSession }, bulks };
}

/** How a server tells of it, and how a router does, which has done the first of two. */
function timeUp(): MongoServerError {
  return new MongoServerError({ message: 'operation exceeded time limit', code: MAX_TIME_EXPIRED });
}

function timeUpOfOne(): MongoBulkWriteError {
  const counts = { matchedCount: 1, insertedCount: 1, deletedCount: 1 };
  const result = { getWriteConcernError: () => undefined, ...counts } as unknown as BulkWriteResult;
  const writeErrors = [{ code: MAX_TIME_EXPIRED, index: 1, err: {} } as unknown as WriteError];
  return new MongoBulkWriteError({ message: 'x', code: MAX_TIME_EXPIRED, writeErrors }, result);
}

const keys: readonly DocumentKey[] = [documentKeyOf('items', 1), documentKeyOf('items', 2)];
const body = BSON.serialize({ _id: 1 });
const writes = {
  push: (context: AtlasContext) =>
    push(
      context,
      keys.map((key): PushEntry => ({ key, base: stamp, stamp, body, digest: bodyDigest(body), info })),
    ),
  seal: (context: AtlasContext) =>
    seal(
      context,
      keys.map((key) => ({ key, expected: null, stamp, body, info })),
    ),
  remove: (context: AtlasContext) =>
    remove(
      context,
      keys.map((key) => ({ key, base: stamp })),
    ),
  writeTombstone: (context: AtlasContext) =>
    writeTombstones(
      context,
      keys.map((key) => ({ key, stamp, base: null })),
    ),
};

describe.each(Object.entries(writes))('%s, where a transaction holds one of the documents', (_, write) => {
  it.each([
    ['a server', timeUp],
    ['a router', timeUpOfOne],
  ])('waits no longer than it may, and says that the time was up: %s', async (_name, failure) => {
    const { context, bulks } = lockedAtlas(failure());
    await expect(write(context)).rejects.toMatchObject({
      code: 'SYNC_WRITE_TRANSIENT',
      context: { serverCode: MAX_TIME_EXPIRED },
    });
    expect(bulks).toEqual([{ writeCount: 2, maxTimeMS: 2_010 }]);
  });
});
