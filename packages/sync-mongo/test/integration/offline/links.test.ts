import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FaultProxy, waitFor } from '@bomba/sync-testkit';
import { type LinkedBranches, startLinkedBranches } from './linked-branches.js';
import { startWriting } from './steady-writer.js';

/** Longer than any write takes by itself, shorter than any of the time limits that the engine gives Atlas. */
const SLOW_MS = 1_000;
const FLAPS = Number(process.env['BOMBA_OFFLINE_FLAPS'] ?? 12);

let branches: LinkedBranches;

beforeAll(async () => (branches = await startLinkedBranches()));
afterAll(async () => branches.stop());

async function flap(link: FaultProxy): Promise<void> {
  for (let flaps = 0; flaps < FLAPS; flaps++) {
    await link.cut();
    await pause(300);
    await link.heal();
    await pause(200);
  }
}

async function hold(act: (link: FaultProxy) => Promise<void> | void, link: FaultProxy): Promise<void> {
  await act(link);
  await pause(2_500);
}

/** What may become of a link, for as long as it lasts; it is healed afterwards. */
const faults: readonly (readonly [string, (link: FaultProxy) => Promise<void>])[] = [
  ['goes and comes', flap],
  ['is a black hole', (link) => hold(() => link.blackHole(), link)],
  ['loses the replies', (link) => hold(() => link.dropReplies(), link)],
  [
    'loses the replies, and then every connection',
    async (link) => {
      await hold(() => link.dropReplies(), link);
      await link.cut();
    },
  ],
  [
    'is far away and narrow',
    (link) =>
      hold(() => {
        link.delay(150);
        link.limit(24_000);
      }, link),
  ],
];

describe('while the link to Atlas', () => {
  it.each(faults)(
    '%s, the application neither fails nor waits, and all is equal afterwards',
    async (_, suffer) => {
      const { world, link, a, b } = branches;
      const writers = [startWriting(a.Item), startWriting(b.Item)];
      await waitFor(() => writers.every(({ writeCount }) => writeCount > 5), { what: 'both to write' });
      await suffer(link);
      for (const writer of writers) await writer.stop();
      await link.heal();
      for (const { slowestMs } of writers) expect(slowestMs).toBeLessThan(SLOW_MS);
      for (const { sync } of [a, b]) await sync.idle();
      await world.equal();
      await world.equal('_sync_conflicts');
      expect(a.sync.status()).toMatchObject({ state: 'running', atlas: 'connected', pushOpen: true });
    },
  );
});
