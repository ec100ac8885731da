import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { everything, newRun, type RunRecord, type RunWish } from '../../../src/full-sync/run-record.js';
import { RunSlot } from '../../../src/full-sync/run-slot.js';
import { RunStore } from '../../../src/full-sync/run-store.js';

const WISH: RunWish = { ...everything, byEngine: false };
const PROCESS_COUNT = 3;

let databases: BranchDatabases;
let clients: readonly MongoClient[];
let processes: readonly { readonly slot: RunSlot; readonly runs: RunStore }[];

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  const uri = databases.branches[0]?.uri ?? '';
  clients = await Promise.all(Array.from({ length: PROCESS_COUNT }, () => MongoClient.connect(uri)));
  processes = clients.map((client) => {
    const runs = new RunStore(() => client.db());
    return { runs, slot: new RunSlot(() => client.db(), runs) };
  });
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await databases.stop();
});

let count = 0;
function run(): RunRecord {
  count += 1;
  return newRun({ id: `run ${count}`, nowMs: count }, WISH);
}

/** What happens next: somebody asks, each in a process; the holder of the lease works, ends its run, or dies. */
type Happening =
  | { readonly do: 'ask'; readonly by: readonly number[] }
  | { readonly do: 'work' | 'end' | 'die'; readonly by: number };

const somebody = fc.nat({ max: PROCESS_COUNT - 1 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ do: fc.constant('ask'), by: fc.array(somebody, { minLength: 1, maxLength: 4 }) }),
  fc.record({ do: fc.constantFrom('work', 'end', 'die'), by: somebody }),
);

describe('full syncs of all processes of a branch', () => {
  it(
    '**Feature: dual-mongodb-sync, Property 9: Concurrent full sync prevention** ' +
      'For any full sync that waits or runs, in any process and however its process ends, another one is refused',
    async () => {
      let epoch = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(happening, { minLength: 2, maxLength: 8 }), async (happenings) => {
          let placed: string | null = null;
          epoch += 1;
          const after = async (event: Happening): Promise<void> => {
            if (event.do === 'ask') placed = await askAtOnce(event.by, placed);
            if (event.do === 'die') epoch += 1; // what it worked on is left as it is
            if (event.do !== 'work' && event.do !== 'end') return;
            const process = processes[event.by];
            const taken = await process?.slot.takeUp(epoch, count);
            expect(taken?.id ?? null).toBe(placed);
            if (!taken || !process || event.do === 'work') return;
            expect(await process.runs.save(taken.id, epoch, { ...taken, state: 'completed' })).toBe('go-on');
            await process.slot.release(taken.id);
            placed = null;
          };
          for (const event of happenings) await after(event);
          await after({ do: 'end', by: 0 });
        }),
      );
    },
    60_000,
  );

  /** Answers the run that has the place afterwards: the one that had it, or exactly one of those who ask. */
  async function askAtOnce(by: readonly number[], placed: string | null): Promise<string | null> {
    const asked = await Promise.all(
      by.map(async (process) => {
        const wanted = run();
        const refusal = await processes[process]?.slot.ask(wanted).catch((error: unknown) => error);
        return { id: wanted.id, refusal };
      }),
    );
    const accepted = asked.filter(({ refusal }) => refusal === undefined).map(({ id }) => id);
    expect(accepted).toHaveLength(placed === null ? 1 : 0);
    const holder = placed ?? accepted[0] ?? null;
    for (const { refusal } of asked.filter(({ id }) => id !== holder))
      expect(refusal).toMatchObject({ code: 'SYNC_FULL_RUNNING', context: { runId: holder } });
    return holder;
  }

  it('forgets a run that was refused, and lets a holder of the past write nothing of one that was taken over', async () => {
    const [a, b] = processes;
    const [first, second] = [run(), run()];
    await a?.slot.ask(first);
    await expect(b?.slot.ask(second)).rejects.toMatchObject({ code: 'SYNC_FULL_RUNNING' });
    expect(await a?.runs.get(second.id)).toBeNull();
    const mine = await a?.slot.takeUp(1_000_001, 1);
    await b?.slot.takeUp(1_000_002, 1);
    expect(await a?.slot.takeUp(1_000_001, 1)).toBeNull();
    if (mine) expect(await a?.runs.save(mine.id, 1_000_001, mine)).toBe('lost');
    await b?.slot.release(first.id);
  });

  it('gives the place back that a process left taken when it died after the end of its run', async () => {
    const [a, b] = processes;
    const first = run();
    await a?.slot.ask(first);
    const taken = await a?.slot.takeUp(2_000_001, 1);
    if (taken) await a?.runs.save(first.id, 2_000_001, { ...taken, state: 'completed', finishedAtMs: 1 });
    expect(await b?.slot.takeUp(2_000_002, 1)).toBeNull();
    expect(await b?.slot.waiting()).toBeNull();
    expect(await b?.runs.get(first.id)).toMatchObject({ state: 'completed' });
  });

  it('lets the next run have the place of one that has ended, before its process has given it back', async () => {
    const [a, b] = processes;
    const [first, second] = [run(), run()];
    await a?.slot.ask(first);
    const taken = await a?.slot.takeUp(2_500_001, 1);
    if (taken) await a?.runs.save(first.id, 2_500_001, { ...taken, state: 'completed', finishedAtMs: 1 });
    await b?.slot.ask(second);
    await a?.slot.release(first.id);
    expect(await b?.slot.waiting()).toBe(second.id);
    await b?.slot.release(second.id);
  });

  it('keeps the place of a run that is gone on with, whoever looks for work meanwhile', async () => {
    const [a, b] = processes;
    const first = run();
    await a?.slot.ask(first);
    for (let epoch = 2_600_001; epoch < 2_600_040; epoch++) {
      const taken = await b?.slot.takeUp(epoch, 1);
      if (taken) await b?.runs.save(first.id, epoch, { ...taken, state: 'failed', finishedAtMs: 1 });
      await b?.slot.release(first.id);
      const looks = [b?.slot.takeUp(epoch, 1), b?.slot.takeUp(epoch, 1), b?.slot.takeUp(epoch, 1)];
      const [again] = await Promise.all([a?.slot.askAgain(first.id), ...looks]);
      expect(again).toMatchObject({ id: first.id, state: 'running' });
      expect(await b?.slot.waiting()).toBe(first.id);
    }
    await b?.slot.release(first.id);
  });

  it('leaves a run as it ended that cannot be gone on with while another one has the place', async () => {
    const [a, b] = processes;
    const [first, second] = [run(), run()];
    await a?.slot.ask(first);
    const taken = await a?.slot.takeUp(2_700_001, 1);
    if (taken) await a?.runs.save(first.id, 2_700_001, { ...taken, state: 'failed', finishedAtMs: 7 });
    await a?.slot.release(first.id);
    await b?.slot.ask(second);
    await expect(a?.slot.askAgain(first.id)).rejects.toMatchObject({ code: 'SYNC_FULL_RUNNING' });
    expect(await a?.runs.get(first.id)).toMatchObject({ state: 'failed', finishedAtMs: 7 });
    await expect(a?.slot.askAgain(second.id)).rejects.toMatchObject({ code: 'SYNC_FULL_RUNNING' });
    await b?.slot.release(second.id);
    await expect(a?.slot.askAgain('none')).rejects.toMatchObject({ code: 'SYNC_NOT_FOUND' });
  });

  it('does not go on with a comparison that a dead engine needed: the next one begins its own', async () => {
    const [a, b] = processes;
    const own = newRun({ id: 'own', nowMs: 1 }, { ...WISH, byEngine: true });
    expect(await a?.slot.tryTake(own)).toBe(true);
    await a?.runs.takeUp(own.id, 3_000_001);
    await b?.slot.clear(3_000_002, 5);
    expect(await b?.slot.waiting()).toBeNull();
    expect(await b?.runs.get(own.id)).toMatchObject({ state: 'interrupted', finishedAtMs: 5 });
  });

  it('remembers the last 200 runs', async () => {
    const [a] = processes;
    for (let i = 0; i < 205; i += 1) await a?.runs.add({ ...run(), state: 'completed' });
    expect(await a?.runs.list({ limit: 1_000 })).toHaveLength(200);
    expect((await a?.runs.list({ limit: 1 }))?.[0]?.id).toBe(`run ${count}`);
  });
});
