import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HybridClock } from '../../../src/clock/hybrid-clock.js';
import { isLater, stampTimeMs, type Stamp } from '../../../src/protocol/stamp.js';
import { anyStamp } from '../protocol/stamps.js';

type Action =
  | { readonly do: 'setClock'; readonly nowMs: number }
  | { readonly do: 'next'; readonly random: Uint8Array }
  | { readonly do: 'observe'; readonly stamp: Stamp }
  | { readonly do: 'restart' };

/** Fractions too: a measured correction has them. */
const anyNowMs = fc.oneof(
  fc.integer({ min: -2, max: 5 }),
  fc.double({ min: 0, max: 5, noNaN: true }),
  fc.integer({ min: 0, max: 2 ** 47 }),
);

const anyBytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant('setClock' as const), nowMs: anyNowMs }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('next' as const), random: anyBytes }) },
  fc.record({ do: fc.constant('observe' as const), stamp: anyStamp }),
  fc.record({ do: fc.constant('restart' as const) }),
);

describe('HybridClock', () => {
  it('never goes back and never repeats an id, whatever the wall clock does, over restarts too', () => {
    fc.assert(
      fc.property(fc.array(anyAction, { maxLength: 60 }), (actions) => {
        let nowMs = 0;
        let bytes: Uint8Array = new Uint8Array(16);
        const ports = { clock: { now: () => nowMs }, random: { bytes: () => bytes } };
        let clock = new HybridClock(ports);
        let last: Stamp | null = null;
        for (const action of actions) {
          switch (action.do) {
            case 'setClock':
              nowMs = action.nowMs;
              break;
            case 'observe':
              clock.observe(action.stamp);
              if (isLater(action.stamp, last)) last = action.stamp;
              break;
            case 'restart':
              clock = new HybridClock({ ...ports, after: last });
              break;
            case 'next': {
              bytes = action.random;
              const id = clock.next();
              expect(isLater(id, last)).toBe(true);
              last = id;
            }
          }
        }
      }),
    );
  });

  it('issues ids of the corrected time at once, by whatever it is corrected', () => {
    const anyOffsetMs = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000, max: 2 ** 47 }), anyOffsetMs, (nowMs, offsetMs) => {
        const random = { bytes: (count: number) => new Uint8Array(count) };
        const clock = new HybridClock({ clock: { now: () => nowMs }, random });
        clock.next();
        clock.correct(offsetMs);
        expect(stampTimeMs(clock.next())).toBe(nowMs + offsetMs);
      }),
    );
  });
});
