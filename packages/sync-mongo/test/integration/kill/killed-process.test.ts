import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { startWriter, type Writer, type Written } from '../fixtures/writer.js';
import { storedBytes } from '../slice/stored-bytes.js';
import { startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const ROUNDS = Number(process.env['BOMBA_KILLS'] ?? 3);
const ROUND_MS = 60_000;

let world: TwoBranches;
let writer: Writer | undefined;

beforeAll(async () => {
  world = await startTwoBranches();
});
afterAll(async () => {
  writer?.process.kill('SIGKILL');
  await world.stop();
});

/** The content that each kind of write leaves. */
const contents = { created: 'written', updated: 'updated', deleted: undefined } as const satisfies Record<
  Written,
  unknown
>;

/** The contents that a writer may have left after what it said last: it may have begun its next write. */
function possible(what: Written, isLast: boolean): readonly unknown[] {
  return isLast ? [contents[what], contents.updated, contents.deleted] : [contents[what]];
}

describe('a process that is killed while it writes', () => {
  it(
    `loses no write that it had acknowledged, over ${ROUNDS} kills`,
    async () => {
      const [uri, atlasUri] = [world.databases.branches[0]?.uri ?? '', world.databases.atlas.uri];
      const wanted = new Map<string, readonly unknown[]>();
      for (let round = 0; round < ROUNDS; round += 1) {
        const current = (writer = await startWriter(uri, atlasUri));
        const enough = 5 + Math.floor(Math.random() * 150);
        await waitFor(() => current.acknowledged.size >= enough, {
          what: 'it to write',
          everyMs: 1,
          timeoutMs: 20_000,
        });
        await current.kill();
        const last = [...current.acknowledged.keys()].at(-1);
        for (const [id, what] of current.acknowledged) wanted.set(id, possible(what, id === last));

        const next = await world.a.open();
        await next.sync.start();
        await next.sync.idle();
        await next.end();
      }
      const documents = await world.atlas.collection('items').find().toArray();
      const found = new Map(documents.map(({ _id, name }) => [String(_id), name as string]));
      expect([...wanted].filter(([id, allowed]) => !allowed.includes(found.get(id)))).toEqual([]);
      expect(await storedBytes(world.atlas, 'items')).toEqual(await storedBytes(world.a.local, 'items'));
    },
    ROUNDS * ROUND_MS,
  );
});
