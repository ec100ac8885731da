import { describe, expect, it } from '@jest/globals';
import { createStamp, type PushEntry } from '@bomba/sync-core';
import { BSON, type BulkWriteResult, type Db, MongoBulkWriteError, type WriteError } from 'mongodb';
import { type AtlasContext } from '../../../src/atlas-side/atlas-context.js';
import { push } from '../../../src/atlas-side/push.js';
import { bodyDigest } from '../../../src/bson/body-digest.js';
import { documentKeyOf } from '../../../src/bson/document-key.js';

const WRITE_CONFLICT = 112;

function entry(id: number): PushEntry {
  const body = BSON.serialize({ _id: id });
  return {
    key: documentKeyOf('items', id),
    base: null,
    stamp: createStamp({ timeMs: id, counter: 0, random: new Uint8Array(16) }),
    body,
    digest: bodyDigest(body),
    info: { version: 1, conflictCount: 0, instanceId: 'this-branch' },
  };
}

/** An Atlas that cannot store these writes of a bulk at this moment. */
function busyAt(...indexes: readonly number[]): AtlasContext {
  const writeErrors = indexes.map(
    (index) => ({ code: WRITE_CONFLICT, index, err: {} }) as unknown as WriteError,
  );
  const counts = { matchedCount: 0, insertedCount: 2 - indexes.length, deletedCount: 0 };
  const result = { getWriteConcernError: () => undefined, ...counts } as unknown as BulkWriteResult;
  const error = new MongoBulkWriteError({ message: 'x', code: WRITE_CONFLICT, writeErrors }, result);
  const collection = { bulkWrite: () => Promise.reject(error) };
  return { db: { collection: () => collection } as unknown as Db } as unknown as AtlasContext;
}

describe('a document that Atlas cannot store at this moment', () => {
  const entries = [entry(1), entry(2)];

  it('counts as a miss, so that the rest of its batch is acknowledged', async () => {
    expect(await push(busyAt(1), entries)).toEqual({ storedCount: 1, refused: [] });
  });

  it('fails the request where it is all there is', async () => {
    await expect(push(busyAt(0, 1), entries)).rejects.toMatchObject({ code: 'SYNC_WRITE_TRANSIENT' });
  });
});
