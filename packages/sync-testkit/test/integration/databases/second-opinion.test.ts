import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { type BranchDatabases, startDatabases } from '../../../src/index.js';

describe('databases for a second opinion', () => {
  let databases: BranchDatabases;
  beforeAll(async () => {
    const onProgress = (): void => undefined;
    databases = await startDatabases({ branches: 1, atlas: false, secondOpinion: true, onProgress });
  }, 300_000);
  afterAll(() => databases.stop());

  it('let a unique value be used again that its document gave up', async () => {
    const client = new MongoClient(databases.branches[0]?.uri ?? '');
    try {
      const users = client.db().collection<{ _id: number; email: string }>('users');
      await users.createIndex({ email: 1 }, { unique: true }, {});
      await users.insertOne({ _id: 1, email: 'old' });
      await users.updateOne({ _id: 1 }, { $set: { email: 'new' } });
      await users.insertOne({ _id: 2, email: 'old' });
      await expect(users.insertOne({ _id: 3, email: 'new' })).rejects.toMatchObject({ code: 11000 });
    } finally {
      await client.close();
    }
  });
});
