import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createStamp, stampTimeMs } from '@bomba/sync-core';
import { waitFor } from '@bomba/sync-testkit';
import { type Document } from 'mongodb';
import { fromBinary, toBinary } from '../../../src/bson/stamp-binary.js';
import { systemClock } from '../../../src/system/system-clock.js';
import { systemRandom } from '../../../src/system/system-random.js';
import { type BranchProcess, startTwoBranches, type TwoBranches } from './two-branches.js';

const HOUR_MS = 3_600_000;
const DECADES_MS = 70 * 365 * 24 * HOUR_MS;
const MAX_DRIFT_MS = 60_000;

let world: TwoBranches;
let a: BranchProcess;
let aheadMs = 0;
/** The clock stands still at this time. */
let frozenAtMs: number | null = null;
const drifts: number[] = [];

beforeAll(async () => {
  world = await startTwoBranches();
  a = await world.a.open({
    clock: { ...systemClock, now: () => frozenAtMs ?? Date.now() + aheadMs },
    tombstones: { foreignDeleteGraceMs: 300, deadMarkAgeMs: 500 },
  });
  a.sync.on('drift', ({ offsetMs }) => drifts.push(offsetMs));
});
beforeEach(() => {
  drifts.length = 0;
});
afterAll(async () => world.stop());

/** How far in the future the version is, that Atlas has of a new document. */
async function aheadOnAtlas(writer = a): Promise<number> {
  const { _id } = await writer.Item.create({ name: 'new' });
  await writer.sync.idle();
  const found = await world.atlas.collection('items').findOne({ _id });
  const stamp = fromBinary((found?.['_syncMeta'] as Document)['stamp']);
  if (!stamp) throw new Error('it has no version');
  return stampTimeMs(stamp) - Date.now();
}

/** As near as the tests' own requests let it be told. */
function expectRightTime(foundMs: number): void {
  expect(Math.abs(foundMs)).toBeLessThan(MAX_DRIFT_MS / 2);
}

const isCorrected = () => Math.abs(a.sync.status().driftMs ?? Infinity);

describe('a clock that is two hours ahead when a branch starts', () => {
  it('is corrected', async () => {
    aheadMs = 2 * HOUR_MS;
    await a.sync.start();
    expectRightTime(await aheadOnAtlas());
    expect(drifts).toHaveLength(1);
  });

  it('is corrected no more once it was put right while the branch was connected', async () => {
    aheadMs = 0;
    await waitFor(() => isCorrected() < 1_000, { what: 'the clock to be read anew' });
    expectRightTime(await aheadOnAtlas());
  });

  it('is corrected no more once it was put right before a reconnect', async () => {
    aheadMs = 2 * HOUR_MS;
    await waitFor(() => drifts.length === 1, { what: 'the drift to be noticed' });
    await a.sync.stop();
    aheadMs = 0;
    await a.sync.start();
    expectRightTime(await aheadOnAtlas());
  });
});

describe('another process of the branch, on a machine whose clock is two hours ahead', () => {
  it("draws its ids by Atlas' time, which only the holder of the lease has read", async () => {
    const other = await world.a.open({ clock: { ...systemClock, now: () => Date.now() + 2 * HOUR_MS } });
    await other.sync.start();
    await waitFor(() => other.sync.status().driftMs !== null, { what: 'the drift to be noticed' });
    expectRightTime(await aheadOnAtlas(other));
    expect(other.sync.status().leader).toBe(false);
    expectRightTime((other.sync.status().driftMs ?? 0) + 2 * HOUR_MS);
    await other.end();
  });
});

describe('a clock that jumps while a branch is connected', () => {
  it('puts nothing on Atlas that is from another century', async () => {
    aheadMs = DECADES_MS;
    const foundMs = await aheadOnAtlas();
    expect(foundMs).toBeGreaterThan(-MAX_DRIFT_MS);
    expect(foundMs).toBeLessThanOrEqual(MAX_DRIFT_MS);
    expect(drifts).toHaveLength(1);
  });

  it('leaves nothing behind once it is right', async () => {
    aheadMs = 0;
    await waitFor(() => isCorrected() < 1_000, { what: 'the clock to be read anew' });
    expectRightTime(await aheadOnAtlas());
    await a.sync.start();
    await world.b.open().then(({ sync }) => sync.start());
    await world.equal();
  });
});

describe('a process that begins after a clock was decades ahead and has been put right', () => {
  it('issues ids that Atlas allows, though it does not meet Atlas', async () => {
    const next = await world.a.open({ atlas: {} });
    await next.sync.start();
    const { _id } = await next.Item.create({ name: 'next' });
    const written = await world.a.local.collection('items').findOne({ _id });
    const id = fromBinary((written?.['_syncMeta'] as Document)['dirty']);
    await next.end();
    expect(id && stampTimeMs(id) - Date.now()).toBeLessThanOrEqual(MAX_DRIFT_MS);
  });
});

describe('a delete whose process died after the mark', () => {
  it.each([
    ['under a clock that was decades ahead', DECADES_MS, false],
    ['before the clock stood still', 0, true],
  ])('is finished, made %s', async (_, markAheadMs, isFrozen) => {
    const { _id } = await a.Item.create({ name: 'to be deleted' });
    await a.sync.idle();
    const timeMs = Date.now() + markAheadMs;
    if (isFrozen) frozenAtMs = timeMs;
    const mark = toBinary(createStamp({ timeMs, counter: 0, random: systemRandom.bytes(16) }));
    const $set = { '_syncMeta.dirty': mark, '_syncMeta.deleting': true };
    await world.a.local.collection('items').updateOne({ _id }, { $set });
    await a.sync.idle({ timeoutMs: 15_000 });
    frozenAtMs = null;
    for (const side of [world.a.local, world.atlas])
      expect(await side.collection('items').countDocuments({ _id })).toBe(0);
  });
});
