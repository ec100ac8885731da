import { describe, expect, it } from '@jest/globals';
import {
  type BulkWriteResult,
  type Collection,
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerError,
  type WriteError,
} from 'mongodb';
import { sendBulk } from '../../../src/side/bulk.js';

const OUT_OF_DISK_SPACE = 14_031;
const UNIQUE = 11_000;

/** A collection of which each bulk fails at these writes. */
function failing(...codes: readonly number[]): Collection {
  return failingWith([], ...codes);
}

function failingWith(errorLabels: readonly string[], ...codes: readonly number[]): Collection {
  const writeErrors = codes.map((code, index) => ({ code, index, err: {} }) as unknown as WriteError);
  const result = { getWriteConcernError: () => undefined, matchedCount: 1 } as unknown as BulkWriteResult;
  const error = new MongoBulkWriteError({ message: 'x', code: codes[0] ?? 0, writeErrors }, result);
  for (const label of errorLabels) error.addErrorLabel(label);
  return { bulkWrite: () => Promise.reject(error) } as unknown as Collection;
}

/** A collection of which each bulk ends as a whole, with this. */
function endingWith(cause: Error): Collection {
  const result = { getWriteConcernError: () => undefined } as unknown as BulkWriteResult;
  const error = new MongoBulkWriteError(cause, result);
  return { bulkWrite: () => Promise.reject(error) } as unknown as Collection;
}

describe('a bulk that ends as a whole', () => {
  const send = (cause: Error) =>
    sendBulk(endingWith(cause), [{ insertOne: { document: {} } }], { side: 'atlas' });

  it('tells of a broken line as such', async () => {
    await expect(send(new MongoNetworkError('cut'))).rejects.toMatchObject({ code: 'SYNC_CONN_UNREACHABLE' });
  });

  it('keeps the labels of what the server answered', async () => {
    const shown = new MongoServerError({ message: 'x', code: 8_000, errorLabels: ['HandshakeError'] });
    await expect(send(shown)).rejects.toMatchObject({ code: 'SYNC_CONN_AUTH' });
    const later = new MongoServerError({ message: 'x', code: 999_999, errorLabels: ['RetryableWriteError'] });
    await expect(send(later)).rejects.toMatchObject({ code: 'SYNC_WRITE_TRANSIENT' });
  });
});

describe('a bulk of which some writes fail', () => {
  const send = (collection: Collection) =>
    sendBulk(collection, [{ insertOne: { document: {} } }, { insertOne: { document: {} } }], {
      side: 'local',
    });

  it('tells which, as the others are done', async () => {
    expect(await send(failing(UNIQUE))).toMatchObject({ failures: [{ index: 0, code: UNIQUE }] });
  });

  it('tells that they may do later where the server labels it so', async () => {
    const { failures } = await send(failingWith(['SystemOverloadedError'], 987_654));
    expect(failures).toEqual([{ index: 0, code: 987_654, isTransient: true }]);
  });

  it('fails as a whole where the server has no space left: that is no word about a document', async () => {
    await expect(send(failing(UNIQUE, OUT_OF_DISK_SPACE))).rejects.toMatchObject({
      code: 'SYNC_WRITE_NO_SPACE',
      retryable: true,
      message: 'Local has no disk space left.',
    });
  });
});
