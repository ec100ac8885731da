import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { PositionTracker } from '../../../src/pull/position-tracker.js';
import { keyOf } from '../queue/operations.js';

type Command =
  | { readonly do: 'applied'; readonly keys: readonly DocumentKey[] }
  | { readonly do: 'settled'; readonly keys: readonly DocumentKey[] }
  | { readonly do: 'take' };

const anyKeys = fc.array(fc.nat(3).map(keyOf), { maxLength: 2 });
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constant('applied' as const), keys: anyKeys }),
  fc.record({ do: fc.constant('settled' as const), keys: anyKeys }),
  fc.record({ do: fc.constant('take' as const) }),
);

/** Remembers everything: which keys of which batch, numbered from 1, are not settled. */
class NaiveTracker {
  readonly #batches: Set<DocumentKey>[] = [];

  applied(keys: readonly DocumentKey[]): number {
    return this.#batches.push(new Set(keys));
  }

  settled(keys: readonly DocumentKey[]): void {
    for (const batch of this.#batches) for (const key of keys) batch.delete(key);
  }

  /** The last batch before the first with an unsettled key; 0: none. */
  get savable(): number {
    const first = this.#batches.findIndex(({ size }) => size > 0);
    return first === -1 ? this.#batches.length : first;
  }

  get open(): readonly DocumentKey[] {
    return this.#batches.flatMap((batch) => [...batch]);
  }
}

describe('PositionTracker', () => {
  it('never gives out a position with something unsettled behind it, nor goes back, nor lags', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        const tracker = new PositionTracker<number>();
        const model = new NaiveTracker();
        let saved = 0;
        for (const command of commands) {
          if (command.do === 'applied') tracker.applied(model.applied(command.keys), command.keys);
          else if (command.do === 'settled') {
            tracker.settled(command.keys);
            model.settled(command.keys);
          } else {
            const position = tracker.take();
            expect(position).toBe(model.savable > saved ? model.savable : null);
            saved = position ?? saved;
          }
          expect(new Set(tracker.open)).toEqual(new Set(model.open));
        }
      }),
    );
  });
});
