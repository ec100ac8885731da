import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

let world: TwoBranches;
let a: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  a = await world.a.open();
  await a.sync.start();
});
afterAll(async () => world.stop());

describe('a database that is dropped on Atlas', () => {
  it('pauses its collections, keeps every document of Local, and the application works on', async () => {
    const item = await a.Item.create({ name: 'kept' });
    await a.sync.synced(item);
    await world.atlas.dropDatabase();
    await waitFor(() => a.sync.status().paused.some(({ collection }) => collection === 'items'), {
      what: 'the pause of the dropped collection',
    });
    await a.Item.create({ name: 'written since' });
    expect(await a.Item.countDocuments()).toBe(2);
    expect((await a.sync.health()).status).toBe('degraded');
  });
});
