import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import fc from 'fast-check';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const COUNT = 120;
const TIMEOUT_MS = 120_000;

let world: TwoBranches;
let processes: { readonly a: BranchProcess; readonly b: BranchProcess };

beforeAll(async () => {
  world = await startTwoBranches();
  processes = { a: await world.a.open(), b: await world.b.open() };
  for (const { sync } of Object.values(processes)) await sync.start();
});
afterAll(async () => world.stop());

const branch = fc.constantFrom('a' as const, 'b' as const);
const kind = fc.constantFrom('update' as const, 'replace' as const, 'delete' as const);
const other = { a: 'b', b: 'a' } as const;
/** Two writes of one document, by the branches one after the other, and what each does. */
const contest = fc
  .record({ first: branch, firstKind: kind, lastKind: kind })
  .map((drawn) => ({ ...drawn, last: other[drawn.first] }));

/** The next write gets a later millisecond than all before it. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  await waitFor(() => Date.now() > now, { what: 'the next millisecond', everyMs: 1 });
}

async function write({ Item }: BranchProcess, how: string, _id: unknown, name: string): Promise<void> {
  if (how === 'update') await Item.updateOne({ _id }, { name });
  if (how === 'replace') await Item.replaceOne({ _id }, { name });
  if (how === 'delete') await Item.deleteOne({ _id });
}

describe('writes that had not seen each other', () => {
  it(
    '**Feature: bidirectional-sync, Property 3: Last Write Wins conflict resolution** For any document modified ' +
      'simultaneously on both databases, the version with the latest timestamp should be preserved on both ' +
      'databases after sync completes',
    async () => {
      const { a, b } = processes;
      const contests = fc.sample(contest, COUNT);
      const items = await a.Item.insertMany(contests.map((_, n) => ({ name: 'old', n })));
      for (const { sync } of [a, b]) await sync.idle();
      await world.equal();
      await world.databases.atlas.stop();
      for (const [i, { first, firstKind }] of contests.entries()) {
        await write(processes[first], firstKind, items[i]?._id, 'first');
      }
      await nextMillisecond();
      for (const [i, { last, lastKind }] of contests.entries()) {
        await write(processes[last], lastKind, items[i]?._id, 'last');
      }
      await world.databases.atlas.start();
      for (const { sync } of [a, b]) await sync.idle();
      await world.equal();
      await world.equal('_sync_conflicts');
      for (const [i, { lastKind }] of contests.entries()) {
        const found = await b.Item.findById(items[i]?._id).lean();
        expect([contests[i], found?.name ?? null]).toEqual([
          contests[i],
          lastKind === 'delete' ? null : 'last',
        ]);
      }
    },
    TIMEOUT_MS,
  );
});
