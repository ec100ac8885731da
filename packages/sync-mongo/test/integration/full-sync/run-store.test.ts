import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { MongoClient } from 'mongodb';
import { remaining } from '../../../src/full-sync/remaining.js';
import { everything, newRun, type RunRecord, type RunWish } from '../../../src/full-sync/run-record.js';
import { FullSyncRuns } from '../../../src/full-sync/full-sync-runs.js';
import { RestoredAtlas } from '../../../src/instance/restored-atlas.js';
import { RunSchedule } from '../../../src/full-sync/run-schedule.js';
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

const restored = (): RestoredAtlas => new RestoredAtlas(client.db());
const WISH: RunWish = { ...everything, byEngine: false };

/** A run that was carried out by a process whose clock said that. */
function completed(id: string, nowMs: number, wish: Partial<RunWish> = {}): RunRecord {
  return { ...newRun({ id, nowMs }, { ...WISH, ...wish }), state: 'completed', finishedAtMs: nowMs };
}

describe('the runs that Local remembers', () => {
  it('are in the order in which they were asked for, whatever the clock said, and the last one of everything stays', async () => {
    await runs.add(completed('whole before', 1));
    await runs.add(completed('whole', 2));
    const others = Array.from({ length: 205 }, (_, i) =>
      completed(`other ${i}`, 1_000 + i, { changedOnly: true }),
    );
    for (const each of others) await runs.add(each);
    await runs.add(completed('slow clock', 3, { dryRun: true }));
    await runs.add(completed('last', 4, { dryRun: true }));
    const listed = await runs.list({ limit: 200 });
    expect(listed.slice(0, 3).map(({ id }) => id)).toEqual(['last', 'slow clock', 'other 204']);
    expect([listed.length, listed.at(-1)?.id]).toEqual([200, 'other 7']);
    expect(await runs.get('whole')).toMatchObject({ state: 'completed' });
    expect([await runs.get('whole before'), await runs.get('other 6')]).toEqual([null, null]);
  });

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

describe('a run that a later holder of the lease works on', () => {
  it('is not begun again by one of the past, and stays with whoever has it', async () => {
    const own = newRun({ id: 'opening', nowMs: 1 }, { ...everything, byEngine: true });
    expect(await slot.tryTake(own, 7)).toBe(true);
    await runs.takeUp(own.id, 7);
    expect(await slot.tryTake(own, 6)).toBe(false);
    expect(await runs.add(own, 6)).toBe(false);
    await runs.drop(own.id);
    expect(await runs.load(own.id)).toMatchObject({ state: 'running', epoch: 7 });
    expect(await runs.add(own, 8)).toBe(true);
    await slot.release(own.id);
  });
});

describe('a run that the schedule began', () => {
  const scheduled = (id: string): RunRecord => ({
    ...newRun({ id, nowMs: 1 }, { ...WISH, scheduled: 'whole' }),
    state: 'failed',
    finishedAtMs: 2,
  });
  const gaveWay = (): Promise<boolean> => slot.freeOfScheduled(3);

  it('gives way as one of the schedule where that goes on with it', async () => {
    await runs.add(scheduled('by schedule'));
    await slot.askAgain('by schedule', 'whole');
    expect(await gaveWay()).toBe(true);
    expect(await runs.load('by schedule')).toMatchObject({
      state: 'cancelled',
      wish: { scheduled: 'whole' },
    });
    await slot.release('by schedule');
  });

  it('gives way to nobody where a person goes on with it', async () => {
    await runs.add(scheduled('by person'));
    await slot.askAgain('by person');
    expect(await gaveWay()).toBe(false);
    expect(await runs.load('by person')).toMatchObject({ state: 'running', wish: { scheduled: null } });
    await slot.release('by person');
    await runs.cancel('by person');
  });

  it.each(['not taken up', 'under way'])(
    'is over for the schedule where somebody cancels it, %s',
    async (how) => {
      const at = { now: () => 1_000 };
      const schedule = new RunSchedule(client.db(), at);
      const run = { ...scheduled(how), state: 'running' as const, finishedAtMs: null };
      await slot.ask(run);
      if (how === 'under way') await runs.takeUp(run.id, 9);
      await new FullSyncRuns({ runs, slot }, { schedule: () => schedule, restored }, at).cancel(run.id);
      const after = await runs.load(run.id);
      if (after) await schedule.ended({ ...after, state: 'cancelled', finishedAtMs: 1_000 });
      expect(await new RunSchedule(client.db(), { now: () => 61_000 }).due('whole', 3_600_000)).toBeNull();
      expect(await new RunSchedule(client.db(), { now: () => 3_601_000 }).due('whole', 3_600_000)).toEqual({
        resume: null,
      });
      await slot.release(run.id);
    },
  );
});

describe('a run that is gone on with', () => {
  it.each([
    ['items', { collection: 'items', next: { after: null, goneCount: 0 }, reports: [] }],
    ['others', { collection: 'others', next: null, reports: [] }],
  ])(
    'compares a collection anew whose fuse had blown, as somebody may have chosen since: at %s',
    async (at, again) => {
      const failed = newRun({ id: `blown ${at}`, nowMs: 1 }, WISH);
      const counts = { comparedCount: 1, differentCount: 1, repairedCount: 0 };
      const reports = [{ collection: 'items', ...counts, paused: true, fuseBlown: true }];
      const place = { collection: at, next: null, reports };
      await runs.add({ ...failed, state: 'cancelled', finishedAtMs: 2, place });
      const run = await slot.askAgain(failed.id);
      expect(run.place).toEqual(again);
      expect(remaining(run, ['items', 'others']).map(({ collection }) => collection)).toContain('items');
      await slot.release(failed.id);
      await runs.withdraw(failed.id, 3);
    },
  );
});

describe('a comparison of the engine', () => {
  const cancel = (): Promise<unknown> => {
    const schedule = (): RunSchedule => new RunSchedule(client.db(), { now: () => 1 });
    return new FullSyncRuns({ runs, slot }, { schedule, restored }, { now: () => 1 }).cancel('own one');
  };

  it('is not cancelled where the engine needs it, and is where it carries out a choice', async () => {
    await runs.add({ ...newRun({ id: 'own one', nowMs: 1 }, { ...WISH, byEngine: true }), epoch: 1 });
    await expect(cancel()).rejects.toMatchObject({ code: 'SYNC_NOT_FOUND' });
    await restored().noticed(1);
    await restored().choose({ prefer: 'local', runId: 'own one' });
    await restored().begin({ prefer: 'local', runId: 'own one' });
    await cancel();
    expect(await runs.load('own one')).toMatchObject({ isCancelled: true });
  });

  it('is not carried out any more where a choice is cancelled before it was begun, or between two connections', async () => {
    await restored().settled({ prefer: 'local', runId: 'own one' });
    await restored().noticed(1);
    await restored().choose({ prefer: 'local', runId: 'own one' });
    await cancel();
    expect(await restored().load()).toMatchObject({ choice: null });
    await restored().choose({ prefer: 'local', runId: 'own one' });
    await restored().begin({ prefer: 'local', runId: 'own one' });
    await runs.add({
      ...newRun({ id: 'own one', nowMs: 1 }, { ...WISH, byEngine: true }),
      state: 'failed',
      finishedAtMs: 2,
    });
    await cancel();
    expect(await runs.load('own one')).toMatchObject({ isCancelled: true });
  });
});

describe('a run that was cancelled and let go of', () => {
  it('has ended once the next process begins', async () => {
    const run = newRun({ id: 'let go', nowMs: 1 }, WISH);
    await runs.add({ ...run, state: 'interrupted', isCancelled: true });
    await runs.endCancelled({ epoch: 1, nowMs: 5 });
    expect(await runs.load('let go')).toMatchObject({ state: 'cancelled', finishedAtMs: 5 });
  });
});

describe('a run that nobody has taken up', () => {
  it('is of a process that died where it is old, or its clock was far ahead of what it is now', async () => {
    const asked = (id: string, nowMs: number): RunRecord => newRun({ id, nowMs }, WISH);
    const nowMs = 10_000_000;
    const all = [asked('old', 1), asked('ahead', 20_000_000), asked('now', nowMs), asked('waits', 2)];
    for (const each of all) await runs.add(each);
    await runs.interruptDead({ except: 'waits', epoch: 1, nowMs });
    const states = await Promise.all(all.map(async ({ id }) => (await runs.load(id))?.state));
    expect(states).toEqual(['interrupted', 'interrupted', 'running', 'running']);
    for (const { id } of all) await runs.drop(id);
  });
});

let count = 0;
/** A run that the holder of the lease with this epoch works on. */
async function underWay(epoch: number): Promise<RunRecord> {
  count += 1;
  const run = newRun({ id: `run ${count}`, nowMs: count }, WISH);
  await slot.ask(run);
  await slot.takeUp(epoch, count);
  return run;
}
const stateOf = async ({ id }: RunRecord) => (await runs.load(id))?.state;

describe('a full sync that is cancelled while nobody works on it', () => {
  it('ends where it was interrupted and waits to be gone on with, and makes place for another', async () => {
    const run = await underWay(1);
    const { collections, place } = run;
    const interrupted = { state: 'interrupted', finishedAtMs: null, error: null, progress: null } as const;
    await runs.save(run.id, 1, { ...interrupted, collections, place });
    expect(await runs.withdraw(run.id, 5)).toBe(false); // nobody has given it up
    expect(await runs.withdraw(run.id, 5, { begun: true })).toBe(true);
    expect(await stateOf(run)).toBe('cancelled');
    const next = await underWay(1);
    expect(await stateOf(next)).toBe('running');
    await runs.withdraw(next.id, 5);
    await slot.release(next.id);
  });

  it('ends where its process has died, as soon as another one holds the lease', async () => {
    const run = await underWay(2);
    await runs.cancel(run.id);
    await runs.endCancelled({ epoch: 2, nowMs: 5 });
    expect(await stateOf(run)).toBe('running'); // its process is the one that asks
    await runs.endCancelled({ epoch: 3, nowMs: 5 });
    expect(await stateOf(run)).toBe('cancelled');
    expect(await slot.takeUp(3, 6)).toBeNull();
    await underWay(3);
  });
});
