import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { type Document } from 'mongodb';
import { everything, newRun, type RunWish } from '../../../src/full-sync/run-record.js';
import { RunSchedule } from '../../../src/full-sync/run-schedule.js';
import { RunStore } from '../../../src/full-sync/run-store.js';
import { startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const EVERY_MS = 1_000;

let world: TwoBranches;

beforeAll(async () => (world = await startTwoBranches()));
afterAll(async () => world.stop());

describe('a schedule of full syncs', () => {
  it('begins one of all collections after another, no sooner than it says, also over a restart', async () => {
    const own = { kind: 'full-sync', state: 'completed' as const, 'wish.byEngine': false };
    const found = world.a.local.collection<Document & FullSyncReport>('_sync_metadata').find(own);
    const wholeRuns = async (count: number): Promise<readonly FullSyncReport[]> => {
      const process = await world.a.open({ fullSync: { everyMs: EVERY_MS } });
      await process.sync.start();
      const enough = async (): Promise<readonly FullSyncReport[] | null> => {
        const runs = await found.clone().sort({ startedAtMs: 1 }).toArray();
        return runs.length >= count ? runs : null;
      };
      const runs = await waitFor(enough, { what: `${count} runs` });
      await process.end();
      return runs;
    };
    await wholeRuns(1);
    const runs = await wholeRuns(3);
    const gaps = runs.slice(1).map(({ startedAtMs }, i) => startedAtMs - (runs[i]?.startedAtMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(EVERY_MS);
    expect(runs[0]?.collections.map(({ collection }) => collection)).toEqual(['_sync_conflicts', 'items']);
  });

  it('goes on with one that failed, in whichever process', async () => {
    const local = world.a.local.collection('_sync_metadata');
    const wish: RunWish = { ...everything, byEngine: false, scheduled: 'whole' };
    const failed = { ...newRun({ id: 'failed', nowMs: 1 }, wish), state: 'failed' as const, finishedAtMs: 2 };
    await new RunStore(() => world.a.local).add(failed);
    await new RunSchedule(world.a.local, { now: () => 2 }).ended(failed);
    const process = await world.a.open({ fullSync: { everyMs: 3_600_000 } });
    await process.sync.start();
    const carriedOut = async (): Promise<boolean> =>
      (await process.sync.fullSyncs.get('failed'))?.state === 'completed';
    await waitFor(carriedOut, { what: 'the run to be carried out' });
    await waitFor(() => local.findOne({ _id: 'full-sync-schedule' as never, 'whole.failed': null }), {
      what: 'the schedule to hear of it',
    });
    await process.end();
  });

  it('compares what has changed in between, where it says so', async () => {
    const process = await world.a.open({ fullSync: { everyMs: 3_600_000, changedEveryMs: 300 } });
    await process.sync.start();
    const changed = async (): Promise<boolean> => {
      const runs = await process.sync.fullSyncs.list();
      return (
        runs.filter(({ changedOnly, state }) => changedOnly === true && state === 'completed').length >= 2
      );
    };
    await waitFor(changed, { what: 'two runs of what has changed' });
    await process.end();
  });
});
