import { describe, expect, it } from '@jest/globals';
import { type DocumentKey } from '@bomba/sync-core';
import { type AnyBulkWriteOperation, type Collection, MongoServerError } from 'mongodb';
import { sendLocalBulk } from '../../../src/local-side/local-bulk.js';
import { type LocalWrite } from '../../../src/local-side/local-write.js';
import { LockWatch } from '../../../src/local-side/lock-watch.js';

const MAX_TIME_EXPIRED = 50;

/** A server whose documents transactions may hold: a bulk that meets one ends when its time is up, as mongod's does. */
class LockingServer {
  readonly locked = new Set<number>();
  /** The ids of each bulk, in order. */
  readonly bulks: number[][] = [];
  readonly limits = new Set<unknown>();

  readonly collection = {
    bulkWrite: (operations: readonly AnyBulkWriteOperation[], { maxTimeMS }: { maxTimeMS?: number }) => {
      const ids = operations.map(idOf);
      this.bulks.push(ids);
      this.limits.add(typeof maxTimeMS);
      if (ids.some((id) => this.locked.has(id)))
        return Promise.reject(
          new MongoServerError({ message: 'operation exceeded time limit', code: MAX_TIME_EXPIRED }),
        );
      return Promise.resolve({ matchedCount: ids.length, insertedCount: 0, deletedCount: 0 });
    },
  } as unknown as Collection;
}

function idOf(operation: AnyBulkWriteOperation): number {
  const { filter } = 'updateOne' in operation ? operation.updateOne : { filter: {} };
  return Number((filter as { _id?: unknown })._id);
}

function writes(...ids: readonly number[]): readonly LocalWrite[] {
  return ids.map((id) => ({
    key: `items/int:${id}` as DocumentKey,
    operation: { updateOne: { filter: { _id: id as never }, update: { $set: { n: 1 } } } },
  }));
}

describe('sendLocalBulk', () => {
  it('sends one bulk, within a time, where nothing is locked', async () => {
    const server = new LockingServer();
    const { matchedCount, locked } = await sendLocalBulk(server.collection, writes(1, 2, 3), {
      locks: new LockWatch(),
    });
    expect(server.bulks).toEqual([[1, 2, 3]]);
    expect([...server.limits]).toEqual(['number']);
    expect({ matchedCount, locked }).toEqual({ matchedCount: 3, locked: new Set() });
  });

  it('writes each by itself where one holds the bulk up, and tells which is locked', async () => {
    const server = new LockingServer();
    server.locked.add(2);
    const { matchedCount, locked } = await sendLocalBulk(server.collection, writes(1, 2, 3), {
      locks: new LockWatch(),
    });
    expect(server.bulks[0]).toEqual([1, 2, 3]);
    expect(server.bulks.slice(1).sort()).toEqual([[1], [2], [3]]);
    expect({ matchedCount, locked }).toEqual({ matchedCount: 2, locked: new Set([1]) });
  });

  it('does not let the others wait for it again, and tries it by itself from time to time', async () => {
    const server = new LockingServer();
    const options = { locks: new LockWatch() };
    server.locked.add(2);
    await sendLocalBulk(server.collection, writes(1, 2), options);
    server.bulks.length = 0;
    for (let turn = 0; turn < 24; turn++) {
      expect((await sendLocalBulk(server.collection, writes(1, 2), options)).locked).toEqual(new Set([1]));
    }
    expect(server.bulks.filter((ids) => ids.length > 1)).toEqual([]);
    expect(server.bulks.filter(([id]) => id === 1)).toHaveLength(24);
    expect(server.bulks.filter(([id]) => id === 2)).toHaveLength(2);
  });

  it('sends all together again once it is free', async () => {
    const server = new LockingServer();
    const options = { locks: new LockWatch() };
    server.locked.add(2);
    await sendLocalBulk(server.collection, writes(1, 2), options);
    server.locked.clear();
    for (let turn = 0; turn < 12; turn++) await sendLocalBulk(server.collection, writes(1, 2), options);
    server.bulks.length = 0;
    await sendLocalBulk(server.collection, writes(1, 2), options);
    expect(server.bulks).toEqual([[1, 2]]);
  });

  it('passes on what else a server says', async () => {
    const server = new LockingServer();
    server.collection.bulkWrite = () => Promise.reject(new MongoServerError({ message: 'no', code: 13 }));
    const sent = sendLocalBulk(server.collection, writes(1), { locks: new LockWatch() });
    await expect(sent).rejects.toMatchObject({ code: 'SYNC_CONN_AUTH' });
  });
});

describe('LockWatch', () => {
  it('forgets the oldest beyond its limit', () => {
    const locks = new LockWatch({ limit: 2 });
    for (const place of ['a', 'b', 'c']) locks.foundLocked(place);
    expect(['a', 'b', 'c'].map((place) => locks.isSuspect(place))).toEqual([false, true, true]);
  });
});
