import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@bomba/sync-testkit';
import { MongoServerError } from 'mongodb';
import { type AtlasAnswer, knownAtlas, standBeforeAtlas } from '../slice/stand-before-atlas.js';
import { type BranchProcess, type Item, startTwoBranches, type TwoBranches } from '../slice/two-branches.js';

const COLLECTIONS = Array.from({ length: 100 }, (_, i) => `backoff${i}`);
const TRIES = 8;
const retry = { baseMs: 50, maxMs: 400 };
/** The failures after which the wait has its longest. */
const LONGEST_AFTER = 4;

let world: TwoBranches;
let a: BranchProcess;
/** When each collection was tried, in ms. */
const triedAtMs = new Map<string, number[]>(COLLECTIONS.map((name) => [name, []]));
let answer: AtlasAnswer = () => null;

beforeAll(async () => {
  world = await startTwoBranches(COLLECTIONS);
  standBeforeAtlas((...asked) => answer(...asked));
  a = await world.a.open({ ...knownAtlas(world), retry });
  for (const name of COLLECTIONS)
    a.mongoose.model<Item>(name, new a.mongoose.Schema<Item>({ name: String }), name);
  await a.sync.start();
  await a.sync.idle();
});
afterAll(async () => {
  jest.restoreAllMocks();
  await world.stop();
});

const tries = (): readonly (readonly number[])[] => [...triedAtMs.values()];
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('what Atlas does not let be written', () => {
  beforeAll(async () => {
    answer = (collection) => {
      triedAtMs.get(collection)?.push(performance.now());
      return new MongoServerError({ message: 'not authorized', code: 13 });
    };
    await Promise.all(COLLECTIONS.map((name) => a.mongoose.model<Item>(name).create({ name })));
    const isTried = (): boolean => tries().every(({ length }) => length > TRIES);
    await waitFor(isTried, { what: 'all to be tried again', timeoutMs: 60_000 });
  });

  it(
    '**Feature: dual-mongodb-sync, Property 4: Exponential backoff retry strategy** For any sync operation that ' +
      'fails, the wait before it is tried again should double with each failure, up to the longest one',
    () => {
      // The first failure is met twice, in a batch and alone.
      const waitAfter = (failures: number): number =>
        mean(tries().map((at) => (at[failures + 1] ?? NaN) - (at[failures] ?? NaN)));
      // A wait is any part of its longest one, the same likely (full jitter): half of it, seen over all. A busy machine adds.
      for (let failures = 1; failures < TRIES; failures++) {
        const longestMs = Math.min(retry.maxMs, retry.baseMs * 2 ** (failures - 1));
        expect(waitAfter(failures)).toBeGreaterThan(longestMs / 3);
      }
      // Without a cap it would have doubled three times more.
      expect(waitAfter(TRIES - 1)).toBeLessThan(2 * waitAfter(LONGEST_AFTER));
    },
  );

  it('arrives within the longest wait once it may be written, and is tried no more', async () => {
    answer = (collection) => {
      triedAtMs.get(collection)?.push(performance.now());
      return null;
    };
    await a.sync.idle({ timeoutMs: 20_000 });
    for (const name of COLLECTIONS) expect(await world.atlas.collection(name).countDocuments()).toBe(1);
    const counts = tries().map(({ length }) => length);
    await a.sync.idle();
    expect(tries().map(({ length }) => length)).toEqual(counts);
  });
});
