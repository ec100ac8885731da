import { describe, expect, it, jest } from '@jest/globals';
import { UUID } from 'mongodb';
import { type Deletion } from '../../../../src/capture/run/deletion.js';
import { recordDeletions } from '../../../../src/capture/run/record-deletions.js';
import { type WriteTarget } from '../../../../src/capture/run/write-target.js';

const pending = new UUID('01900000-0000-7000-8000-0000000000aa').toBinary();
const deletion = (documentId: unknown): Deletion => ({
  ...{ documentId, pending, dirty: pending, stamp: null, held: null, last: null, deleting: true },
});

function targetWith(tombstones: object): { target: WriteTarget; missed: jest.Mock } {
  const missed = jest.fn();
  const time = { now: () => 5 };
  return {
    target: { name: 'bills', tombstones, report: { missed }, time } as unknown as WriteTarget,
    missed,
  };
}

describe('the tombstones of a delete', () => {
  it('are given up where the application may not write them, so that it may still delete', async () => {
    const refuse = jest.fn(async () =>
      Promise.reject(Object.assign(new Error('not authorized'), { code: 13 })),
    );
    const { target, missed } = targetWith({ updateOne: refuse, insertMany: refuse });
    await recordDeletions(target, [deletion(1)], undefined);
    await recordDeletions(target, [deletion(1), deletion(2)], undefined);
    expect(missed).toHaveBeenCalledTimes(2);
  });

  it('stop the delete where the server is out of reach, and in a transaction', async () => {
    const fail = async (): Promise<never> => Promise.reject(new Error('connection lost'));
    await expect(
      recordDeletions(targetWith({ updateOne: fail }).target, [deletion(1)], {}),
    ).rejects.toThrow();
    const refuse = async (): Promise<never> => Promise.reject(Object.assign(new Error('no'), { code: 13 }));
    const session = { inTransaction: () => true };
    const { target } = targetWith({ bulkWrite: refuse });
    await expect(recordDeletions(target, [deletion(1), deletion(2)], { session })).rejects.toThrow('no');
  });

  it('are updated where the key has one already, and only there', async () => {
    const error = Object.assign(new Error('E11000'), { writeErrors: [{ code: 11000, index: 1 }] });
    const bulkWrite = jest.fn(async (operations: readonly object[]) => Promise.resolve(operations.length));
    const { target } = targetWith({ insertMany: async () => Promise.reject(error), bulkWrite });
    await recordDeletions(target, [deletion(1), deletion(2), deletion(3)], {});
    expect(bulkWrite.mock.calls.map(([operations]) => operations)).toEqual([
      [{ updateOne: { filter: { _id: 'bills/num:2' }, update: expect.any(Array), upsert: true } }],
    ]);
  });

  it('leave out a document whose _id cannot be a key, and tell of it', async () => {
    const updateOne = jest.fn();
    const { target, missed } = targetWith({ updateOne });
    await recordDeletions(target, [deletion({ _bsontype: 'Unknown' })], undefined);
    expect([updateOne.mock.calls.length, missed.mock.calls.length]).toEqual([0, 1]);
  });
});
