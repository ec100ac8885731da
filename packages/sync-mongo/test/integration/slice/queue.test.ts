import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { startTwoBranches, type TwoBranches } from './two-branches.js';

const WRITE_COUNT = 40;

let world: TwoBranches;

beforeEach(async () => {
  world = await startTwoBranches();
});
afterEach(async () => world.stop());

const onAtlas = (filter: object): Promise<number> => world.atlas.collection('items').countDocuments(filter);

describe('the queue', () => {
  it('overflows where more is written than it holds: that is told, and all of it arrives by scanning', async () => {
    const { sync, Item } = await world.a.open({ queue: { maxSize: 5, scanIntervalMs: 200 } });
    const told: number[] = [];
    sync.on('queueOverflowed', ({ maxSize }) => told.push(maxSize));
    await world.databases.atlas.stop();
    await sync.start();
    for (let n = 0; n < WRITE_COUNT; n++) await Item.create({ name: 'waits', n });
    await waitFor(() => sync.status().leader, { what: 'the engine to run' });
    expect(sync.status()).toMatchObject({ queueSize: 5, queueOverflowed: true });
    const { checks } = await sync.health();
    expect(checks.find(({ name }) => name === 'queue')).toMatchObject({ status: 'degraded' });

    await world.databases.atlas.start();
    await sync.idle();
    expect(await onAtlas({ name: 'waits' })).toBe(WRITE_COUNT);
    await waitFor(() => sync.status().queueOverflowed === false, { what: 'the index to be scanned' });
    expect(told).toEqual([5]);
    await waitFor(() => sync.status().queueSize === 0, { what: 'the queue to drain' });
  });

  it('hears within a second of what another process of the branch writes', async () => {
    const asInProduction = { queue: { scanIntervalMs: 1_000 } };
    const engine = await world.a.open(asInProduction);
    await engine.sync.start();
    const other = await world.a.open(asInProduction);
    await other.sync.start();
    expect([engine, other].map(({ sync }) => sync.status().leader)).toEqual([true, false]);
    await engine.sync.idle();

    const item = await other.Item.create({ name: 'of another process' });
    const writtenMs = performance.now();
    await waitFor(() => onAtlas({ _id: item._id }), { what: 'it to arrive' });
    // At most a second until it is found, and what pushing it takes.
    expect(performance.now() - writtenMs).toBeLessThan(2_000);
    expect(await other.sync.synced(item)).toBe('applied');
  });
});
