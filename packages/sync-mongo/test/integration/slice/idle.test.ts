import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTwoBranches, type TwoBranches } from './two-branches.js';

const DOCUMENT_COUNT = 120;

let world: TwoBranches;

beforeAll(async () => {
  world = await startTwoBranches();
  const documents = Array.from({ length: DOCUMENT_COUNT }, (_, n) => ({ name: `document ${n}`, n }));
  await world.atlas.collection('items').insertMany(documents);
});
afterAll(async () => world.stop());

describe('idle', () => {
  it('waits for the first comparison of a branch that has nothing yet', async () => {
    const { sync, Item } = await world.a.open();
    await sync.start();
    await sync.idle({ timeoutMs: 60_000 });
    expect(await Item.countDocuments()).toBe(DOCUMENT_COUNT);
  }, 90_000);

  it('waits for the comparison of a collection that was paused', async () => {
    const { sync, Item } = await world.b.open();
    await sync.start();
    await sync.idle({ timeoutMs: 60_000 });
    await sync.pause({ collection: 'items' });
    await world.atlas.collection('items').updateMany({}, { $set: { tags: ['while paused'] } });
    await sync.resume({ collection: 'items' });
    await sync.idle({ timeoutMs: 60_000 });
    expect(await Item.countDocuments({ tags: 'while paused' })).toBe(DOCUMENT_COUNT);
  }, 180_000);
});
