import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

let world: TwoBranches;
let alone: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  alone = await world.a.open({ atlas: { uri: '' } });
  await alone.sync.start();
});
afterAll(async () => world.stop());

/** Nobody is there who could take a run up, so nothing is waited for. */
async function expectRefusal(): Promise<void> {
  const before = await alone.sync.fullSyncs.list();
  for (const asked of [alone.sync.fullSync(), alone.sync.resync({ prefer: 'local' })])
    await expect(asked).rejects.toMatchObject({
      code: 'SYNC_CONN_UNREACHABLE',
      message: 'No URI of Atlas is configured.',
      context: { side: 'atlas' },
    });
  expect(await alone.sync.fullSyncs.list()).toEqual(before);
}

describe('a process that has no URI of Atlas', () => {
  it('refuses a full sync at once, and leaves no run behind', async () => {
    await expectRefusal();
  });

  it('has it carried out by another process of its branch that has one, for as long as there is one', async () => {
    const other = await world.a.open();
    await other.sync.start();
    await waitFor(() => other.sync.status().pushOpen, { what: 'the other one to work' });
    expect((await alone.sync.fullSync()).state).toBe('completed');
    await other.end();
    await expectRefusal();
  });
});
