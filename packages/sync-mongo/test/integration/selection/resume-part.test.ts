import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type PauseScope } from '@bomba/sync-core';
import { type BranchProcess, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const PUSH = { direction: 'local-to-atlas' } as const;
const PULL = { direction: 'atlas-to-local' } as const;
const ITEMS = { collection: 'items' } as const;

let world: TwoBranches;
let a: BranchProcess;
let b: BranchProcess;

beforeAll(async () => {
  world = await startTwoBranches();
  [a, b] = [await world.a.open(), await world.b.open()];
  await a.sync.start();
  await b.sync.start();
});
beforeEach(async () => a.sync.resume());
afterAll(async () => world.stop());

const paused = (): readonly PauseScope[] => a.sync.status().paused;

describe('a part of what is paused that is resumed', () => {
  it.each([
    ['push of all', {}, PUSH, [PULL]],
    ['pull of all', {}, PULL, [PUSH]],
    ['push of a collection', ITEMS, { ...ITEMS, ...PUSH }, [{ ...ITEMS, ...PULL }]],
    ['push of everything, of a collection that is paused', ITEMS, PUSH, [{ ...ITEMS, ...PULL }]],
    ['what is not paused', PUSH, PULL, [PUSH]],
    ['another collection', ITEMS, { collection: 'others' }, [ITEMS]],
  ])('goes on, and the rest stays off: %s', async (_, pause, resume, left) => {
    await a.sync.pause(pause);
    await a.sync.resume(resume);
    expect(paused()).toEqual(left);
  });

  it('gets all that was passed over, where it is pull of what was paused both ways', async () => {
    await a.sync.pause();
    const item = await b.Item.create({ name: 'while paused' });
    await b.sync.idle();
    const own = await a.Item.create({ name: 'of the paused branch' });
    await a.sync.resume(PULL);
    await expect(a.sync.synced({ collection: 'items', _id: item._id })).resolves.toBe('applied');
    expect(await world.atlas.collection('items').countDocuments({ _id: own._id })).toBe(0);
    await a.sync.resume();
    expect(await a.sync.synced({ collection: 'items', _id: own._id })).toBe('applied');
    await world.equal();
  });

  it.each([[{}], [PULL]])(
    'is refused with a code and changes nothing, where it is one collection of %j',
    async (wide: PauseScope) => {
      await a.sync.pause(wide);
      await a.sync.pause(ITEMS);
      const before = paused();
      const resumed = a.sync.resume(ITEMS);
      await expect(resumed).rejects.toMatchObject({ code: 'SYNC_STATE_PAUSED_WIDER', retryable: false });
      expect(paused()).toEqual(before);
    },
  );

  it('goes on in the direction that is not paused with all collections', async () => {
    await a.sync.pause(PULL);
    await a.sync.pause(ITEMS);
    await a.sync.resume({ ...ITEMS, ...PUSH });
    expect(paused()).toEqual([PULL, { ...ITEMS, ...PULL }]);
  });
});
