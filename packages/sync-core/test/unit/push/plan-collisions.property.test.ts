import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DocumentKey } from '../../../src/document-key/document-key.js';
import { type HeldBy, planCollisions } from '../../../src/push/plan-collisions.js';
import { keyOf } from '../queue/operations.js';

const COUNT = 8;
const keys = Array.from({ length: COUNT }, (_, number) => keyOf(number));

const heldBy: fc.Arbitrary<HeldBy> = fc.oneof(
  fc.constantFrom<HeldBy>('nobody', 'waiting', 'another'),
  fc.constantFrom(...keys).map((key) => ({ key })),
);
const wants = fc
  .array(heldBy, { minLength: 1, maxLength: COUNT })
  .map((list) => new Map(list.map((each, i) => [keyOf(i), each])));

describe('planCollisions', () => {
  it('gives each document one place, in one ring or one list', () => {
    fc.assert(
      fc.property(wants, (map) => {
        const { rings, again, later, lost } = planCollisions(map);
        const placed = [...rings.flat(), ...again, ...later, ...lost];
        const known = placed.filter((key) => map.has(key));
        expect([...known].sort()).toEqual([...map.keys()].sort());
        expect(new Set(placed).size).toBe(placed.length);
      }),
    );
  });

  it('makes rings of those alone who want what the next one holds', () => {
    fc.assert(
      fc.property(wants, (map) => {
        for (const ring of planCollisions(map).rings)
          ring.forEach((key, i) => expect(map.get(key)).toEqual({ key: ring[(i + 1) % ring.length] }));
      }),
    );
  });

  it('sends whoever gives a value up before who takes it', () => {
    fc.assert(
      fc.property(wants, (map) => {
        const { rings, again } = planCollisions(map);
        const done = new Set<DocumentKey>(rings.flat());
        for (const key of again) {
          const held = map.get(key);
          expect(held === 'nobody' || (typeof held === 'object' && done.has(held.key))).toBe(true);
          done.add(key);
        }
      }),
    );
  });

  it('loses what others keep, and whatever depends on that', () => {
    const chain = new Map<DocumentKey, HeldBy>([
      [keyOf(0), { key: keyOf(1) }],
      [keyOf(1), { key: keyOf(2) }],
      [keyOf(2), 'another'],
      [keyOf(3), 'waiting'],
    ]);
    const plan = planCollisions(chain);
    expect(plan.lost).toEqual([keyOf(2), keyOf(1), keyOf(0)]);
    expect(plan.later).toEqual([keyOf(3)]);
  });
});
