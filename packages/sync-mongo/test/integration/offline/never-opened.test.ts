import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFaultProxy, type FaultProxy, waitFor } from '@bomba/sync-testkit';
import { plainWire } from '../slice/plain-wire.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const ATTEMPTS = 3;

let world: TwoBranches;
let link: FaultProxy;
let a: BranchProcess;
const states: string[] = [];
const attempts: number[] = [];

beforeAll(async () => {
  world = await startTwoBranches();
  const { port, uri } = world.databases.atlas;
  link = await createFaultProxy({ targetPort: port });
  a = await world.a.open({ atlas: { uri: link.uri(new URL(uri).pathname.slice(1)), client: plainWire } });
  a.sync.on('stateChanged', ({ to }) => states.push(to));
  a.sync.on('failed', ({ attempt }) => attempts.push(attempt));
});
afterAll(async () => {
  await link.close();
  await world.stop();
});

/** Lets Atlas be reached, and its stream be opened, and cuts the line before that shows anything. */
async function breakBeforeOpen(): Promise<void> {
  await link.heal();
  await link.dropRepliesFrom((request) => request.includes('getMore'));
  await link.cut();
}

describe('a line that always breaks before sync has caught up', () => {
  it('counts as one failure after another, and never as sync that runs', async () => {
    await link.cut();
    await a.sync.start();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const failedCount = attempts.length;
      await breakBeforeOpen();
      await waitFor(() => attempts.length > failedCount, { what: 'the failure', timeoutMs: 30_000 });
    }
    expect(states).not.toContain('running');
    expect(attempts.at(-1)).toBeGreaterThanOrEqual(ATTEMPTS);
    await link.heal();
    await waitFor(() => a.sync.status().state === 'running', { what: 'sync to run', timeoutMs: 30_000 });
  }, 120_000);
});
