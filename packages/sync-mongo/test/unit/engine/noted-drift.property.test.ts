import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Db, type Document } from 'mongodb';
import { NotedDrift } from '../../../src/engine/noted-drift.js';

const START_MS = 1_800_000_000_000;
const ROUND_TRIP_MS = 40;
/** Each of two readings is half a round trip off at most, and whole milliseconds. */
const PRECISION_MS = ROUND_TRIP_MS + 1;
const DECADES_MS = 70 * 365 * 86_400_000;
const MINUTE_MS = 60_000;

/** Local's server, and the machines of two processes, each with a wall clock of its own. */
class World {
  trueMs = START_MS;
  serverAheadMs = 0;
  #noted: Document | null = null;
  readonly #db = {
    command: async () => {
      this.trueMs += ROUND_TRIP_MS;
      return { localTime: new Date(this.trueMs + this.serverAheadMs) };
    },
    collection: () => ({
      findOne: async () => this.#noted,
      updateOne: async (_: Document, { $set }: { readonly $set: Document }) => (this.#noted = $set),
    }),
  } as unknown as Db;

  process(aheadMs: () => number): NotedDrift {
    const monotonic = () => this.trueMs - START_MS;
    return new NotedDrift(this.#db, { now: () => this.trueMs + aheadMs(), monotonic });
  }
}

const anyAheadMs = fc.integer({ min: -DECADES_MS, max: DECADES_MS });

describe('what the lease holder notes of Atlas’ clock', () => {
  it('tells another process how far its own clock is off, on any machine', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ server: anyAheadMs, holder: anyAheadMs, other: anyAheadMs, age: fc.nat(2 * MINUTE_MS) }),
        async ({ server, holder, other, age }) => {
          const world = new World();
          world.serverAheadMs = server;
          await world.process(() => holder).note(-holder);
          world.trueMs += age;
          const readMs = await world.process(() => other).read();
          expect(Math.abs((readMs ?? Infinity) + other)).toBeLessThanOrEqual(PRECISION_MS);
        },
      ),
    );
  });

  it('is nothing where nobody has noted anything', async () => {
    expect(await new World().process(() => 0).read()).toBeNull();
  });

  it.each([
    ['some minutes old', (world: World) => (world.trueMs += 3 * MINUTE_MS)],
    [
      'of before the clock of Local’s server was put back',
      (world: World) => (world.serverAheadMs -= MINUTE_MS),
    ],
    ['of before that was put on', (world: World) => (world.serverAheadMs += 2 * 60 * MINUTE_MS)],
  ])('says nothing once it is %s', async (_, happen) => {
    const world = new World();
    const holder = world.process(() => 0);
    await holder.note(0);
    happen(world);
    expect(await world.process(() => 5_000).read()).toBeNull();
    await holder.note(0);
    expect(await world.process(() => 5_000).read()).not.toBeNull();
  });
});
