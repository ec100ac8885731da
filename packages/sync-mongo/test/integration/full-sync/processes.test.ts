import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FullSyncReport } from '@bomba/sync-core';
import { createFaultProxy, type FaultProxy, waitFor } from '@bomba/sync-testkit';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Document } from 'mongodb';
import { everything, newRun } from '../../../src/full-sync/run-record.js';
import { RunSlot } from '../../../src/full-sync/run-slot.js';
import { RunStore } from '../../../src/full-sync/run-store.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';
import { shareDocuments } from './stamped-documents.js';

const PROGRAM = join(process.cwd(), 'test/integration/fixtures/leading-process.mjs');
const COUNT = 10_000;
/** How long anything takes to Atlas and back, each way: a run is to last for a while, whatever the machine. */
const SLOW_MS = 20;
const ITEMS = { collections: ['items'] } as const;

let world: TwoBranches;
let link: FaultProxy;
let leader: ChildProcess;
let second: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  link = await createFaultProxy({ targetPort: world.databases.atlas.port });
  await shareDocuments([world.a.local, world.atlas], 'items', COUNT);
  await startBoth();
  link.delay(SLOW_MS);
});
afterAll(async () => {
  leader.kill('SIGKILL');
  await link.heal();
  await world.stop();
  await link.close();
});

/** A process that runs the branch's engine, and one that stands by. */
async function startBoth(): Promise<void> {
  const localUri = world.databases.branches[0]?.uri ?? '';
  const uri = link.uri(new URL(world.databases.atlas.uri).pathname.slice(1));
  leader = spawn(process.execPath, [PROGRAM, localUri, uri], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(leader.stdout as NodeJS.ReadableStream, 'data');
  second = await world.a.open({ atlas: { uri } });
  await second.sync.start();
}

/** Local's record of the run that is under way, once some pages of it are done. */
function underWay(): Promise<Document> {
  const runs = world.a.local.collection('_sync_metadata');
  return waitFor(
    () => runs.findOne({ kind: 'full-sync', state: 'running', 'place.next.after': { $type: 'string' } }),
    {
      what: 'a run that has come some way',
      everyMs: 5,
    },
  );
}

describe('a process that does not run the engine', () => {
  it('asks the one that does for a full sync, hears how it goes on, and is told its end', async () => {
    const heard: FullSyncReport[] = [];
    const report = await second.sync.fullSync({ ...ITEMS, onProgress: (progress) => heard.push(progress) });
    expect(second.sync.status().leader).toBe(false);
    expect(report).toMatchObject({
      state: 'completed',
      collections: [{ collection: 'items', comparedCount: COUNT, differentCount: 0, repairedCount: 0 }],
    });
    expect(heard[0]).toMatchObject({ id: report.id, state: 'running', collections: [] });
    expect(heard.at(-1)).toEqual(report);
    const told = heard.flatMap(({ progress }) => progress ?? []);
    expect(told.at(-1)).toMatchObject({ collection: 'items', estimatedCount: COUNT });
    expect(await second.sync.fullSyncs.get(report.id)).toEqual(report);
  });

  it('is refused while one runs in the other process, with the id of that one', async () => {
    const first = second.sync.fullSync(ITEMS);
    const { id } = await underWay();
    await expect(second.sync.fullSync({ dryRun: true })).rejects.toMatchObject({
      code: 'SYNC_FULL_RUNNING',
      context: { runId: id },
    });
    await expect(second.sync.resync({ prefer: 'local' })).rejects.toMatchObject({
      code: 'SYNC_FULL_RUNNING',
    });
    expect((await first).id).toBe(id);
    expect((await second.sync.fullSync(ITEMS)).state).toBe('completed');
  });

  it('cancels a run of the other one, which can be gone on with later', async () => {
    const cancel = new AbortController();
    const first = second.sync.fullSync({ ...ITEMS, signal: cancel.signal });
    const { id } = await underWay();
    cancel.abort();
    const cancelled = await first;
    expect(cancelled).toMatchObject({ id, state: 'cancelled' });
    expect(cancelled.collections[0]?.comparedCount).toBeLessThan(COUNT);
    await expect(second.sync.fullSync({ resume: id as string, dryRun: true })).rejects.toMatchObject({
      code: 'SYNC_CONFIG_INVALID',
    });
    const report = await second.sync.fullSync({ resume: id as string });
    expect(report).toMatchObject({ id, state: 'completed', collections: [{ comparedCount: COUNT }] });
    await expect(second.sync.fullSync({ resume: id as string })).rejects.toMatchObject({
      code: 'SYNC_NOT_FOUND',
    });
  });

  it('cancels it by its id as well, and a choice of a side by a signal, but nothing that has ended', async () => {
    const first = second.sync.fullSync(ITEMS);
    const { id } = await underWay();
    expect(await second.sync.fullSyncs.cancel(id as string)).toMatchObject({ id, state: 'running' });
    const cancelled = await first;
    expect(cancelled).toMatchObject({ id, state: 'cancelled' });
    expect(await second.sync.fullSyncs.cancel(id as string)).toEqual(cancelled);
    expect(await second.sync.fullSyncs.cancel('none')).toBeNull();
    const cancel = new AbortController();
    const choice = second.sync.resync({ ...ITEMS, prefer: 'atlas', signal: cancel.signal });
    await underWay();
    cancel.abort();
    expect(await choice).toMatchObject({ state: 'cancelled' });
  });

  it('is not held up by a run that a schedule began: that one gives way, and can be gone on with', async () => {
    const runs = new RunStore(() => world.a.local);
    const wish = { ...everything, ...ITEMS, byEngine: false, scheduled: 'whole' } as const;
    await new RunSlot(() => world.a.local, runs).ask(newRun({ id: 'scheduled', nowMs: Date.now() }, wish));
    expect(await underWay()).toMatchObject({ id: 'scheduled' });
    const report = await second.sync.fullSync({ collections: ['_sync_conflicts'], dryRun: true });
    expect(report.state).toBe('completed');
    expect(await second.sync.fullSyncs.get('scheduled')).toMatchObject({ state: 'cancelled' });
    const rest = await second.sync.fullSync({ resume: 'scheduled' });
    expect(rest).toMatchObject({ state: 'completed', collections: [{ comparedCount: COUNT }] });
  });

  it('goes on where the other one was when kill -9 ended that, and ends the run', async () => {
    const first = second.sync.fullSync(ITEMS);
    const { id } = await underWay();
    leader.kill('SIGKILL');
    const report = await first;
    expect(second.sync.status().leader).toBe(true);
    // Had it begun again, it would have counted what the other one had compared a second time.
    expect(report).toMatchObject({ id, state: 'completed', collections: [{ comparedCount: COUNT }] });
  });
});
