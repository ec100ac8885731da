import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFaultProxy, type FaultProxy, waitFor } from '@bomba/sync-testkit';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const COUNT = Number(process.env['BOMBA_OFFLINE_KEYS'] ?? 10_000);
/** How long they may take to be on Atlas once the link is whole, on a machine that has the time for it. */
const RECOVERY_MS = 5_000 * Math.max(1, COUNT / 10_000);
/** On one that has not: so many times what the same reads and writes take by hand, one after the other. */
const RECOVERY_SHARE = 8;
const DOCUMENT_BYTES = 2_048;
/** Half of what gathers, and no more than this of any number. */
const MAX_GROWTH_BYTES = Math.min((COUNT * DOCUMENT_BYTES) / 2, 16 * 2 ** 20);
/** While they arrive, whatever their number: two batches of push, each of which has its documents more than once. */
const MAX_HELD_BYTES = 64 * 2 ** 20;
const PAGE = 500;
/** How often memory is looked at while they arrive: each look collects all garbage, and stops the process for that long. */
const MEMORY_LOOKS = 5;
/** As in production: the tests' impatience would hide what recovery takes. */
const patient = { queue: {}, retry: {}, tombstones: {}, lease: {}, changeStream: {} } as const;

let world: TwoBranches;
let link: FaultProxy;
let a: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  const { port, uri } = world.databases.atlas;
  link = await createFaultProxy({ targetPort: port });
  a = await world.a.open({ ...patient, atlas: { uri: link.uri(new URL(uri).pathname.slice(1)) } });
  await a.sync.start();
  await a.sync.idle();
});
afterAll(async () => {
  await link.close();
  await world.stop();
});

function usedBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

/** What the process holds once it lets nothing more go: test files before this one may have left it much. */
async function settledBytes(): Promise<number> {
  let [bytes, steadyCount] = [usedBytes(), 0];
  const isSteady = (): Promise<boolean> => {
    const now = usedBytes();
    steadyCount = bytes - now < 2 ** 20 ? steadyCount + 1 : 0;
    bytes = now;
    return Promise.resolve(steadyCount >= 5);
  };
  await waitFor(isSteady, { what: 'memory to settle', everyMs: 100, timeoutMs: 30_000 });
  return bytes;
}

/** Waits until all are on Atlas; answers the most that the process holds while they arrive. */
async function peakUntilAllArrived(): Promise<number> {
  const atlas = world.atlas.collection('items');
  let [arrived, peakBytes] = [0, 0];
  for (let look = 1; look <= MEMORY_LOOKS; look++) {
    const isThere = async (): Promise<boolean> => {
      arrived = await atlas.estimatedDocumentCount();
      return arrived >= (COUNT * look) / MEMORY_LOOKS;
    };
    await waitFor(isThere, { what: 'more of them on Atlas', timeoutMs: RECOVERY_MS * 10, everyMs: 50 });
    if (arrived < COUNT) peakBytes = Math.max(peakBytes, usedBytes());
  }
  return peakBytes;
}

/** Writes as an application does while it is offline; answers how long the slowest write took, in ms. */
async function writeBacklog(): Promise<number> {
  const tag = 'x'.repeat(DOCUMENT_BYTES);
  let slowestMs = 0;
  for (let written = 0; written < COUNT; written += PAGE) {
    const page = Array.from({ length: Math.min(PAGE, COUNT - written) }, (_, i) => ({
      n: written + i,
      tags: [tag],
    }));
    const startedMs = performance.now();
    await a.Item.insertMany(page);
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
  }
  return slowestMs;
}

/** The same work by hand: what an index shows is read on Local, inserted on Atlas, and taken out of the index. */
async function recoverByHand(): Promise<number> {
  const [local, atlas] = [world.a.local.collection('by_hand'), world.atlas.collection('by_hand')];
  const tag = 'x'.repeat(DOCUMENT_BYTES);
  await local.createIndexes([{ key: { waiting: 1 }, sparse: true }]);
  for (let n = 0; n < COUNT; n += PAGE) {
    await local.insertMany(Array.from({ length: PAGE }, (_, i) => ({ waiting: n + i, tags: [tag] })));
  }
  const startedMs = performance.now();
  for (let n = 0; n < COUNT; n += PAGE) {
    const page = await local
      .find({ waiting: { $gte: n } })
      .sort({ waiting: 1 })
      .limit(PAGE)
      .toArray();
    await atlas.insertMany(page, { writeConcern: { w: 'majority' } });
    await local.bulkWrite(
      page.map(({ _id }) => ({ updateOne: { filter: { _id }, update: { $unset: { waiting: '' } } } })),
      { ordered: false, writeConcern: { w: 'majority', journal: true } },
    );
  }
  return performance.now() - startedMs;
}

describe(`${COUNT} documents written while Atlas is absent`, () => {
  it('are written without waiting, held in the database and not in memory, and on Atlas soon after it is back', async () => {
    await link.cut();
    await waitFor(() => a.sync.status().state === 'degraded', { what: 'sync to notice', timeoutMs: 30_000 });
    const before = await settledBytes();
    expect(await writeBacklog()).toBeLessThan(2_000);
    expect((await settledBytes()) - before).toBeLessThan(MAX_GROWTH_BYTES);
    expect(a.sync.status().pushOpen).toBe(false);

    await link.heal();
    const healedMs = performance.now();
    const heldBytes = (await peakUntilAllArrived()) - before;
    const tookMs = performance.now() - healedMs;
    const byHandMs = await recoverByHand();
    process.stdout.write(
      `${COUNT} documents on Atlas ${Math.round(tookMs)} ms after healing (by hand ${Math.round(byHandMs)} ms), ` +
        `${Math.round(heldBytes / 2 ** 20)} MiB held meanwhile\n`,
    );
    expect(heldBytes).toBeLessThan(MAX_HELD_BYTES);
    expect(tookMs).toBeLessThan(Math.max(RECOVERY_MS, byHandMs * RECOVERY_SHARE));
    await a.sync.idle();
    expect(
      await world.atlas.collection('items').countDocuments({ '_syncMeta.stamp': { $exists: true } }),
    ).toBe(COUNT);
  }, 300_000);
});
