import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { MongoClient } from 'mongodb';
import { randomBytes } from 'node:crypto';
import { LocalChangeListener } from '../../../src/local-stream/local-change-listener.js';
import { LocalPositionStore } from '../../../src/local-stream/local-position-store.js';
import { realClock } from '../capture/captured-world.js';

describe("Local's change stream", () => {
  let databases: BranchDatabases;
  let client: MongoClient;
  beforeAll(async () => {
    databases = await startDatabases({ branches: 1, atlas: false });
    client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  });
  afterAll(async () => {
    await client.close();
    await databases.stop();
  });

  it('says so when it ends with its database, instead of being asked for ever without a wait', async () => {
    const db = client.db('ended');
    const gone: string[] = [];
    const clock = realClock();
    const listener = new LocalChangeListener({
      ...{ db, epoch: 1, positions: new LocalPositionStore(db), instanceId: () => 'a' },
      ids: { random: { bytes: (count) => randomBytes(count) }, nextId: () => clock.next() },
      isSynced: (collection) => collection === 'items',
      onForeign: () => undefined,
      onUnmarked: () => undefined,
      onGone: (collection) => Promise.resolve(void gone.push(collection)),
    });
    await db.collection('items').insertOne({ name: 'there' });
    await listener.start();
    await db.dropDatabase();
    const stepUntilTheEnd = async (): Promise<void> => {
      for (let steps = 0; steps < 20; steps++) await listener.step();
    };
    await expect(stepUntilTheEnd()).rejects.toMatchObject({ code: 'SYNC_STREAM_HISTORY_LOST' });
    expect(gone).toEqual(['items']);
    await listener.stop();
  });
});
