import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BranchDatabases, startDatabases } from '@bomba/sync-testkit';
import { type Db, MongoClient } from 'mongodb';
import { Lease } from '../../../src/lease/lease.js';
import { ManualClock } from '../../unit/control/manual-clock.js';

const DURATION_MS = 1_000;

let databases: BranchDatabases;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  databases = await startDatabases({ branches: 1, atlas: false });
  client = await MongoClient.connect(databases.branches[0]?.uri ?? '');
  db = client.db();
});
beforeEach(async () => {
  await db.collection('_sync_metadata').deleteMany({});
});
afterAll(async () => {
  await client.close();
  await databases.stop();
});

/** A process with a clock of its own, which has nothing to do with that of any other. */
function open(holder: string) {
  const clock = new ManualClock(Math.random() * 1e12);
  return { clock, lease: new Lease({ db, clock, holder, durationMs: DURATION_MS }) };
}

describe('the lease of a branch', () => {
  it('is held by one process at a time', async () => {
    const [a, b] = [open('a'), open('b')];
    expect(await a.lease.tryHold()).toEqual({ held: true, epoch: 1 });
    expect(await b.lease.tryHold()).toMatchObject({ held: false });
    expect(await a.lease.tryHold()).toEqual({ held: true, epoch: 1 });
  });

  it('goes to exactly one of many that ask at once', async () => {
    const views = await Promise.all(
      Array.from({ length: 8 }, (_, i) => open(`process ${i}`).lease.tryHold()),
    );
    expect(views.filter(({ held }) => held)).toHaveLength(1);
  });

  it('stays with a holder that shows life, however long it holds', async () => {
    const [a, b] = [open('a'), open('b')];
    await a.lease.tryHold();
    for (let i = 0; i < 10; i += 1) {
      expect((await b.lease.tryHold()).held).toBe(false);
      b.clock.advance(DURATION_MS * 0.9);
      expect((await a.lease.tryHold()).held).toBe(true);
    }
  });

  it('is taken over from a holder that was silent for its duration, by the clock of the one that takes it', async () => {
    const [a, b] = [open('a'), open('b')];
    await a.lease.tryHold();
    a.clock.advance(DURATION_MS * 100);
    expect((await b.lease.tryHold()).held).toBe(false);
    b.clock.advance(DURATION_MS - 1);
    expect((await b.lease.tryHold()).held).toBe(false);
    b.clock.advance(1);
    expect(await b.lease.tryHold()).toEqual({ held: true, epoch: 2 });
    expect(await a.lease.tryHold()).toMatchObject({ held: false });
  });

  it('is taken over by exactly one of many that wait', async () => {
    await open('dead').lease.tryHold();
    const waiting = Array.from({ length: 6 }, (_, i) => open(`process ${i}`));
    for (const { lease } of waiting) await lease.tryHold();
    for (const { clock } of waiting) clock.advance(DURATION_MS);
    const views = await Promise.all(waiting.map(({ lease }) => lease.tryHold()));
    expect(views.filter(({ held }) => held)).toHaveLength(1);
  });

  it('is free at once when its holder gives it up, and only the holder can', async () => {
    const [a, b] = [open('a'), open('b')];
    await a.lease.tryHold();
    await b.lease.release();
    expect((await b.lease.tryHold()).held).toBe(false);
    await a.lease.release();
    expect(await b.lease.tryHold()).toEqual({ held: true, epoch: 2 });
  });
});
