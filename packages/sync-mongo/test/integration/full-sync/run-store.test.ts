import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { MongoClient } from 'mongodb';
import { everything, newRun } from '../../../src/full-sync/run-record.js';
import { RunSlot } from '../../../src/full-sync/run-slot.js';
import { RunStore } from '../../../src/full-sync/run-store.js';

let databases: BranchDatabases;
let client: MongoClient;
let runs: RunStore;
let slot: RunSlot;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  runs = new RunStore(() => client.db());
  slot = new RunSlot(() => client.db(), runs);
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

describe('the runs that Local remembers', () => {
  it('cannot be gone on with where the engine needed them for itself', async () => {
    const failed = {
      ...newRun({ id: 'own', nowMs: 1 }, { ...everything, byEngine: true }),
      state: 'failed' as const,
    };
    await runs.add(failed);
    await expect(slot.askAgain('own')).rejects.toMatchObject({ code: 'SYNC_NOT_FOUND' });
    expect(await runs.load('own')).toMatchObject({ state: 'failed' });
    expect(await slot.waiting()).toBeNull();
  });
});
