import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DatabaseServer, waitFor } from '@bomba/sync-testkit';
import { type LinkedBranches, startLinkedBranches } from './linked-branches.js';
import { startWriting } from './steady-writer.js';

let branches: LinkedBranches;

beforeAll(async () => (branches = await startLinkedBranches()));
afterAll(async () => branches.stop());

/** The servers of branch a and Atlas, by name. */
function server(name: 'Local' | 'Atlas'): DatabaseServer {
  const { databases } = branches.world;
  const found = name === 'Atlas' ? databases.atlas : databases.branches[0];
  if (!found) throw new Error(`no ${name}`);
  return found;
}

describe('a restart', () => {
  it.each([
    ['of Local', ['Local']],
    ['of both, Local first', ['Local', 'Atlas']],
    ['of both, Atlas first', ['Atlas', 'Local']],
  ] as const)(
    '%s stops sync only until all are back, and nothing is lost',
    async (_, names) => {
      const { world, a, b } = branches;
      let isDisturbed = false;
      const writers = [startWriting(a.Item, () => isDisturbed), startWriting(b.Item)];
      await waitFor(() => writers.every(({ writeCount }) => writeCount > 5), { what: 'both to write' });
      isDisturbed = true;
      for (const name of names) await server(name).stop();
      const before = writers.map(({ writeCount }) => writeCount);
      await waitFor(() => (writers[1]?.writeCount ?? 0) > (before[1] ?? 0) + 20, {
        what: 'the other branch to go on',
      });
      for (const name of names) await server(name).start();
      await waitFor(() => writers.every(({ writeCount }, i) => writeCount > (before[i] ?? 0) + 25), {
        what: 'both to write again',
        timeoutMs: 30_000,
      });
      for (const writer of writers) await writer.stop();
      for (const { sync } of [a, b]) await sync.idle();
      await world.equal();
      expect(a.sync.status()).toMatchObject({ state: 'running', local: 'connected', atlas: 'connected' });
    },
    90_000,
  );
});
