import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { MongoClient } from 'mongodb';
import { type LinkedBranches, startLinkedBranches } from './linked-branches.js';

let branches: LinkedBranches;

beforeAll(async () => {
  branches = await startLinkedBranches();
});
afterAll(async () => branches.stop());

/** No client's farewell is answered until the returned function is called. */
function holdFarewells(): () => void {
  let release = (): void => undefined;
  const answered = new Promise<void>((resolve) => (release = resolve));
  const held = jest.spyOn(MongoClient.prototype, 'close');
  held.mockImplementation(async function (this: MongoClient, force) {
    await answered;
    await this.close(force); // as it is by then
  });
  return () => {
    held.mockRestore();
    release();
  };
}

describe('a line to Atlas that is dead', () => {
  it('is known as dead while nobody answers the farewell', async () => {
    const { a, link } = branches;
    const answer = holdFarewells();
    await link.cut();
    try {
      await waitFor(() => a.sync.status().state === 'degraded', {
        what: 'the status to say so',
        timeoutMs: 30_000,
      });
    } finally {
      answer();
    }
    await link.heal();
    await waitFor(() => a.sync.status().state === 'running', { what: 'sync to run', timeoutMs: 30_000 });
    await a.sync.idle();
    expect(a.sync.status()).toMatchObject({ atlas: 'connected', pushOpen: true });
  }, 90_000);
});
