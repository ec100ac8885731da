import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { MongoClient } from 'mongodb';
import { everything, newRun, type RunRecord, type RunWish } from '../../../src/full-sync/run-record.js';
import { RunSchedule } from '../../../src/full-sync/run-schedule.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WISH: RunWish = { ...everything, byEngine: false };

let databases: BranchDatabases;
let client: MongoClient;
let nowMs: number;
let schedule: RunSchedule;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});
beforeEach(async () => {
  await client.db().collection('_sync_metadata').deleteMany({});
  nowMs = 1_750_000_000_000;
  schedule = openAnew();
});

const openAnew = (): RunSchedule => new RunSchedule(client.db(), { now: () => nowMs });

/** A run that has ended so. */
function ended(state: RunRecord['state'], wish: Partial<RunWish> = {}): RunRecord {
  return { ...newRun({ id: 'one', nowMs }, { ...WISH, ...wish }), state, finishedAtMs: nowMs };
}

describe('the schedule of runs of everything', () => {
  it('begins one at once, then one each time so long after the last one was carried out', async () => {
    expect(await schedule.due('whole', DAY_MS)).toEqual({ resume: null });
    await schedule.ended(ended('completed'));
    nowMs += DAY_MS - 1;
    expect(await schedule.due('whole', DAY_MS)).toBeNull();
    nowMs += 1;
    expect(await openAnew().due('whole', DAY_MS)).toEqual({ resume: null });
  });

  it.each<[string, Partial<RunWish>]>([
    ['of some collections', { collections: ['items'] }],
    ['of one direction', { direction: 'local-to-atlas' }],
    ['that repairs nothing', { dryRun: true }],
    ['of the engine itself', { byEngine: true }],
    ['of what has changed', { changedOnly: true }],
  ])('counts no run %s', async (_, wish) => {
    await schedule.ended(ended('completed', wish));
    expect(await schedule.due('whole', DAY_MS)).toEqual({ resume: null });
  });

  it('counts no run that was not carried out, and waits no longer where somebody asked for that one', async () => {
    await schedule.ended(ended('completed'));
    nowMs += DAY_MS;
    for (const state of ['failed', 'cancelled', 'interrupted'] as const) await schedule.ended(ended(state));
    expect(await schedule.due('whole', DAY_MS)).toEqual({ resume: null });
  });

  it('goes on with its own one that failed a minute later, then two, and never later than it says', async () => {
    const failed = ended('failed', { scheduled: 'whole' });
    for (const minutes of [1, 2, 4]) {
      await schedule.ended(failed);
      nowMs += minutes * MINUTE_MS - 1;
      expect(await schedule.due('whole', DAY_MS)).toBeNull();
      nowMs += 1;
      expect(await openAnew().due('whole', DAY_MS)).toEqual({ resume: 'one' });
    }
    for (let i = 0; i < 10; i++) await schedule.ended(failed);
    nowMs += HOUR_MS;
    expect(await schedule.due('whole', DAY_MS)).toEqual({ resume: 'one' });
    await schedule.ended(failed);
    expect(await schedule.due('whole', 1_000)).toBeNull();
    nowMs += 1_000;
    expect(await schedule.due('whole', 1_000)).toEqual({ resume: 'one' });
  });

  it('forgets a failure with the next one that is carried out', async () => {
    await schedule.ended(ended('failed', { scheduled: 'whole' }));
    await schedule.ended(ended('completed', { scheduled: 'whole' }));
    nowMs += HOUR_MS;
    expect(await schedule.due('whole', DAY_MS)).toBeNull();
  });

  it.each<[string, RunRecord['state']]>([
    ['was carried out', 'completed'],
    ['failed', 'failed'],
  ])(
    'waits once, and as long as ever, where the last one %s under a clock that was put back since',
    async (_, state) => {
      await schedule.ended(ended(state, { scheduled: 'whole' }));
      nowMs -= 365 * DAY_MS;
      expect(await schedule.due('whole', MINUTE_MS)).toBeNull();
      nowMs += MINUTE_MS - 1;
      expect(await schedule.due('whole', MINUTE_MS)).toBeNull();
      nowMs += 1;
      expect(await schedule.due('whole', MINUTE_MS)).not.toBeNull();
    },
  );
});

describe('the schedule of runs of what has changed', () => {
  it('counts those of everything, and a failure of one kind is none of the other', async () => {
    await schedule.ended(ended('completed'));
    await schedule.ended(ended('failed', { scheduled: 'whole' }));
    nowMs += 2 * MINUTE_MS;
    expect(await schedule.due('changed', HOUR_MS)).toBeNull();
    expect(await schedule.due('whole', HOUR_MS)).toEqual({ resume: 'one' });
    await schedule.ended(ended('completed', { changedOnly: true, scheduled: 'changed' }));
    expect(await schedule.due('whole', HOUR_MS)).toEqual({ resume: 'one' });
    nowMs += HOUR_MS;
    expect(await schedule.due('changed', HOUR_MS)).toEqual({ resume: null });
  });
});
