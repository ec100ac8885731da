import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Db } from 'mongodb';
import { AtlasClock, readClocks } from '../../../src/connection/atlas-clock.js';

const ROUND_TRIP_MS = 80;
/** Readings are half a round trip off at most, and whole milliseconds. */
const PRECISION_MS = ROUND_TRIP_MS / 2 + 1;
const START_MS = 1_800_000_000_000;

/** An Atlas with the true time, and a machine whose wall clock somebody sets. */
class World {
  trueMs = START_MS;
  aheadMs = 0;
  askedCount = 0;
  readonly offsets: number[] = [];
  readonly clock = {
    now: () => this.trueMs + this.aheadMs,
    monotonic: () => this.trueMs - START_MS + 5_000,
  };
  readonly db = {
    command: async () => {
      this.askedCount++;
      this.trueMs += ROUND_TRIP_MS / 4;
      const localTime = new Date(this.trueMs);
      this.trueMs += (ROUND_TRIP_MS * 3) / 4;
      return { localTime };
    },
  } as unknown as Db;

  async open(): Promise<AtlasClock> {
    const askedMs = this.clock.monotonic();
    const reading = readClocks(this.clock, { hello: await this.db.command({ hello: 1 }), askedMs });
    const onRead = (offsetMs: number) => this.offsets.push(offsetMs);
    return new AtlasClock({ db: this.db, clock: this.clock, reading, onRead });
  }
}

const DECADES_MS = 70 * 365 * 86_400_000;
const anyAction = fc.oneof(
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 600_000 }) }),
  fc.record({ do: fc.constant('set' as const), ms: fc.integer({ min: -DECADES_MS, max: DECADES_MS }) }),
  fc.record({ do: fc.constant('slew' as const), ms: fc.integer({ min: -500, max: 500 }) }),
  fc.record({ do: fc.constantFrom('afterJump' as const, 'refresh' as const) }),
);

describe("Atlas' clock over one connection", () => {
  it('stays right, however the wall clock of this machine jumps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAction, { maxLength: 40 }), async (actions) => {
        const world = new World();
        const time = await world.open();
        for (const action of actions) {
          if (action.do === 'pass') world.trueMs += action.ms;
          else if (action.do === 'set') world.aheadMs = action.ms;
          else if (action.do === 'slew') world.aheadMs += action.ms;
          else await time[action.do]();
          expect(Math.abs(time.now() - world.trueMs)).toBeLessThanOrEqual(PRECISION_MS);
        }
      }),
    );
  });

  it.each([2 * 3_600_000, -2 * 3_600_000, DECADES_MS, -START_MS])(
    'is read anew once the wall clock has jumped by %d ms, and tells the new offset',
    async (jumpMs) => {
      const world = new World();
      const time = await world.open();
      await time.afterJump();
      expect(world.askedCount).toBe(1);
      world.aheadMs = jumpMs;
      await Promise.all([time.afterJump(), time.afterJump(), time.refresh()]);
      await time.afterJump();
      expect(world.askedCount).toBe(2);
      expect(Math.abs((world.offsets.at(-1) ?? 0) + jumpMs)).toBeLessThanOrEqual(PRECISION_MS);
    },
  );

  it('is read anew each minute, for clocks go apart', async () => {
    const world = new World();
    const time = await world.open();
    for (let second = 0; second < 600; second++) {
      world.trueMs += 1_000;
      await time.refresh();
    }
    expect(world.askedCount).toBeGreaterThanOrEqual(10);
    expect(world.askedCount).toBeLessThanOrEqual(12);
  });
});
