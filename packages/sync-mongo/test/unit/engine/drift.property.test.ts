import { describe, expect, it } from '@jest/globals';
import { HybridClock, isLater, type Stamp, stampTimeMs } from '@bomba/sync-core';
import fc from 'fast-check';
import { Drift, type DriftParts } from '../../../src/engine/drift.js';

const MAX_MS = 60_000;
const NOISE_MS = 1_000;
const START_MS = 1_800_000_000_000;

/** A process whose wall clock is ahead of Atlas by so much. */
class World {
  trueMs = START_MS;
  aheadMs = 0;
  readonly told: string[] = [];
  readonly events: { readonly offsetMs: number; readonly corrected: boolean }[] = [];
  readonly #wall = { now: () => this.trueMs + this.aheadMs, monotonic: () => this.trueMs - START_MS };
  readonly ids = new HybridClock({
    clock: this.#wall,
    random: { bytes: (count) => new Uint8Array(count) },
  });
  readonly #parts = {
    clock: this.ids,
    board: { set: () => undefined },
    emitter: { emit: (_name: string, event: World['events'][number]) => this.events.push(event) },
    options: {
      clock: this.#wall,
      drift: { maxMs: MAX_MS },
      logger: { warn: (said: string) => this.told.push(said), info: (said: string) => this.told.push(said) },
    },
  } as unknown as DriftParts;
  #drift = new Drift(this.#parts);

  read(errorMs = 0): void {
    this.#drift.read(-this.aheadMs + errorMs);
  }

  reconnect(): void {
    this.#drift = new Drift(this.#parts);
    this.read();
  }

  /** How far ahead of Atlas the next id is. */
  nextMs(): number {
    return stampTimeMs(this.ids.next()) - this.trueMs;
  }
}

const anyStep = fc.record({
  passMs: fc.integer({ min: 1, max: 100_000 }),
  /** Null: the wall clock is left alone. */
  aheadMs: fc.option(
    fc.oneof(fc.integer({ min: -100_000, max: 100_000 }), fc.constantFrom(7_200_000, 2e12, -START_MS)),
  ),
  read: fc.constantFrom('no', 'again', 'reconnect'),
  errorMs: fc.integer({ min: -400, max: 400 }),
});

describe('ids of a process whose clock is set now and then', () => {
  it('are in the bound after each reading, not behind a clock that is right, and go back only from beyond it', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const world = new World();
        world.read();
        let last: Stamp | null = null;
        for (const { passMs, aheadMs, read, errorMs } of steps) {
          world.trueMs += passMs;
          world.aheadMs = aheadMs ?? world.aheadMs;
          const lastAheadMs: number = last ? stampTimeMs(last) - world.trueMs : -Infinity;
          if (read === 'again') world.read(errorMs);
          if (read === 'reconnect') world.reconnect();
          const id = world.ids.next();
          const idAheadMs = stampTimeMs(id) - world.trueMs;
          if (!isLater(id, last)) expect(lastAheadMs).toBeGreaterThan(MAX_MS - NOISE_MS);
          if (read !== 'no') {
            expect(idAheadMs).toBeLessThanOrEqual(MAX_MS + 2 * NOISE_MS);
            if (world.aheadMs >= 0) expect(idAheadMs).toBeGreaterThanOrEqual(-2 * NOISE_MS);
          }
          last = id;
        }
      }),
    );
  });

  it('are of the right time again once a clock that was ahead has been put right', () => {
    const world = new World();
    world.aheadMs = 7_200_000;
    world.read();
    expect(world.nextMs()).toBe(0);
    world.trueMs += 1_000;
    world.aheadMs = 0;
    world.read();
    world.trueMs += 1_000;
    expect(world.nextMs()).toBe(0);
    expect(world.told).toHaveLength(2);
  });

  it('come back from a future that the clock was in between two readings', () => {
    const world = new World();
    world.read();
    world.aheadMs = 2e12;
    world.nextMs();
    world.aheadMs = 0;
    world.read();
    expect(world.nextMs()).toBe(0);
  });

  it('never go back because a round trip took longer', () => {
    const world = new World();
    world.aheadMs = 7_200_000;
    world.read();
    let last = world.ids.next();
    for (const errorMs of [-400, 400, -900, 0, -700]) {
      world.reconnect();
      world.read(errorMs);
      const id = world.ids.next();
      expect(isLater(id, last)).toBe(true);
      last = id;
    }
  });

  it('are said to be off once, not each minute', () => {
    const world = new World();
    world.aheadMs = 7_200_000;
    for (const errorMs of [0, 100, -100, 400]) world.read(errorMs);
    expect(world.told).toHaveLength(1);
    expect(world.events).toEqual([{ offsetMs: -7_200_000, corrected: true }]);
  });
});
