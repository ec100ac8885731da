import { type SeededRandom } from '../../simulator/seeded-random.js';

/** An order or a note that a foreign hand writes on Atlas, past bomba-sync. */
export interface ForeignRuledWrite {
  readonly atMs: number;
  readonly kind: 'order' | 'invalid order' | 'note';
  /** The number of an order: one that branches use, too, where it is valid. */
  readonly number: number;
}

/** Numbers of orders that branches and a foreign hand compete for. */
export const ORDER_NUMBERS = 14;

/** What a foreign hand writes of what has rules. */
export function planRules(random: SeededRandom, lengthMs: number): readonly ForeignRuledWrite[] {
  const kinds = ['order', 'order', 'order', 'invalid order', 'note'] as const;
  return kinds
    .map((kind, i) => ({
      atMs: random.below(lengthMs),
      kind,
      number: kind === 'order' ? 1 + random.below(ORDER_NUMBERS) : 1_000 + i,
    }))
    .sort((one, other) => one.atMs - other.atMs);
}
