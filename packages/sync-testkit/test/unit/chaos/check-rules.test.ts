import { describe, expect, it } from '@jest/globals';
import { checkRules, type RuledEnd, type RuledHistory, type StoredOrder } from '../../../src/chaos/index.js';

const labelled: StoredOrder = {
  ...{ token: 'a1', number: 1, label: 'order 1 of a1', till: null, fingerprint: 'a1 as it is' },
};
const own: StoredOrder = { ...labelled, till: 'till of a1' };
const bad: StoredOrder = {
  ...{ token: 'f1', number: 1_000, label: null, till: 'till of f1', fingerprint: 'f1' },
};
const refused = {
  ...{ collection: 'orders', token: 'f1', code: 'SYNC_WRITE_VALIDATION', direction: 'atlas-to-local' },
  ...{ number: null, winner: null },
} as const;
const late = {
  ...{ collection: 'orders', token: 'b1', code: 'SYNC_WRITE_UNIQUE', direction: 'local-to-atlas' },
  ...{ number: 1, winner: 'a1' },
} as const;

const end = (place: string, rest: Partial<RuledEnd> = {}): RuledEnd => ({
  ...{ place, orders: [labelled], notes: [`note of ${place}`], quarantined: [], underived: [] },
  ...rest,
});

/** Two branches wanted number 1, and a came first; a foreign hand wrote what no model accepts. */
const atAtlas = end('atlas', { orders: [labelled, bad] });
const atA = end('a', { orders: [own], quarantined: [refused] });
const atB = end('b', { quarantined: [refused, late] });
const sound: RuledHistory = {
  orders: [
    { token: 'a1', place: 'a', number: 1, isValid: true, outcome: 'acknowledged' },
    { token: 'b1', place: 'b', number: 1, isValid: true, outcome: 'acknowledged' },
    { token: 'f1', place: 'atlas', number: 1_000, isValid: false, outcome: 'acknowledged' },
  ],
  notes: ['atlas', 'a', 'b'].map((place) => ({ token: `note of ${place}`, place, outcome: 'acknowledged' })),
  ends: [atAtlas, atA, atB],
};

const withEnds = (...ends: readonly RuledEnd[]): RuledHistory => ({ ...sound, ends });
const unlabelled = { ...labelled, label: null };

const planted: readonly (readonly [string, string, RuledHistory])[] = [
  ['a loser that vanished', 'lost', withEnds(atAtlas, atA, { ...atB, quarantined: [refused] })],
  [
    'a loser that does not name the winner',
    'leftover',
    withEnds(atAtlas, atA, { ...atB, quarantined: [refused, { ...late, winner: 'f1' }] }),
  ],
  [
    'a loser that does not name its number',
    'leftover',
    withEnds(atAtlas, atA, { ...atB, quarantined: [refused, { ...late, number: null }] }),
  ],
  [
    'a state that waits for nothing',
    'leftover',
    withEnds(atAtlas, { ...atA, quarantined: [refused, { ...late, token: 'a1' }] }, atB),
  ],
  [
    'another collection in quarantine',
    'leftover',
    withEnds(atAtlas, { ...atA, quarantined: [refused, { ...late, collection: 'items' }] }, atB),
  ],
  [
    'an order without its computed label, though it is the same everywhere',
    'underived',
    withEnds(
      ...[atAtlas, atA, atB].map((each) => ({
        ...each,
        orders: [...each.orders.filter((o) => o === bad), unlabelled],
      })),
    ),
  ],
  ['an item that is not computed', 'underived', withEnds(atAtlas, atA, { ...atB, underived: ['k1'] })],
  ['an order that a branch has not', 'convergence', withEnds(atAtlas, atA, { ...atB, orders: [] })],
  [
    'an order that a branch has otherwise',
    'convergence',
    withEnds(atAtlas, atA, { ...atB, orders: [{ ...labelled, fingerprint: 'other' }] }),
  ],
  [
    'a number that is held twice',
    'unique',
    withEnds(
      { ...atAtlas, orders: [labelled, bad, { ...labelled, token: 'b1', label: 'order 1 of b1' }] },
      atA,
      atB,
    ),
  ],
  [
    'an order that nobody wrote',
    'phantom',
    withEnds({ ...atAtlas, orders: [labelled, bad, { ...labelled, token: 'x' }] }, atA, atB),
  ],
  [
    'what no model accepts, on a branch',
    'phantom',
    withEnds(atAtlas, { ...atA, orders: [labelled, bad] }, atB),
  ],
  [
    'a refusal that a branch does not tell',
    'never-told',
    withEnds(atAtlas, { ...atA, quarantined: [] }, atB),
  ],
  [
    'an excluded document that travelled',
    'crossed',
    withEnds({ ...atAtlas, notes: ['note of atlas', 'note of a'] }, atA, atB),
  ],
  ['an excluded field that travelled', 'crossed', withEnds(atAtlas, atA, { ...atB, orders: [own] })],
  ['an excluded field that was taken away', 'lost', withEnds(atAtlas, { ...atA, orders: [labelled] }, atB)],
  ['an excluded document that is lost', 'lost', withEnds(atAtlas, { ...atA, notes: [] }, atB)],
];

describe('the checker of rules', () => {
  it('finds nothing wrong where the later one waits with the winner named, and the rest is as the rules have it', () => {
    expect(checkRules(sound)).toEqual([]);
  });

  it('lets an order that nobody was told of be there or not', () => {
    const orders = sound.orders.map((order) =>
      order.token === 'b1' ? { ...order, outcome: 'open' as const } : order,
    );
    expect(checkRules({ ...sound, orders })).toEqual([]);
    expect(checkRules({ ...withEnds(atAtlas, atA, { ...atB, quarantined: [refused] }), orders })).toEqual([]);
  });

  it.each(planted)('finds %s', (_, rule, history) => {
    expect(checkRules(history).map((violation) => violation.rule)).toContain(rule);
  });
});
