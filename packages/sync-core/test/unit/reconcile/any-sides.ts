import fc from 'fast-check';
import { type MemoryDocument } from '../../../src/memory/index.js';
import { type LocalTombstone } from '../../../src/protocol/state.js';
import { stampAt } from '../protocol/stamps.js';
import { keyOf } from '../queue/operations.js';
import { bodyOf, digestOf, documentAt, TwoSides } from '../two-sides.js';

const anyContent = fc.integer({ min: 1, max: 2 });
/** So few stamps that all comparisons come out equal, above and below. */
const anyStamp = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
  .map(([timeMs, tail]) => stampAt(timeMs, tail));
const anyStampOrNone = fc.option(anyStamp);
const rarely = fc.nat(7).map((number) => number === 0);

const anyMarks = fc.record({
  content: anyContent,
  /** Of which content the digest is; null: there is none. */
  digestOf: fc.option(anyContent),
  stamp: fc.option(anyStamp, { freq: 7 }),
});

function toDocument(
  {
    content,
    digestOf: digested,
    stamp,
  }: { content: number; digestOf: number | null; stamp: MemoryDocument['stamp'] },
  more: Partial<MemoryDocument> = {},
): MemoryDocument {
  return documentAt(stamp, content, {
    digest: digested === null ? null : digestOf(bodyOf(digested)),
    ...more,
  });
}

const anyLocal = fc
  .tuple(
    anyMarks,
    fc.record({
      dirty: anyStampOrNone,
      held: rarely,
      deleting: rarely,
      last: anyStampOrNone,
      derived: rarely,
    }),
  )
  // Only a write can be held, be the output of business logic, or be a delete's mark.
  .map(([marks, more]) => toDocument(marks, more.dirty ? more : {}));

const anyTombstone: fc.Arbitrary<LocalTombstone> = fc.record({
  stamp: anyStampOrNone,
  over: anyStampOrNone,
  floor: anyStampOrNone,
  pending: anyStampOrNone,
  base: anyStampOrNone,
  last: anyStampOrNone,
});

const anyState = fc.record({
  local: fc.option(anyLocal),
  localTombstone: fc.option(anyTombstone),
  atlas: fc.option(anyMarks.map((marks) => toDocument(marks))),
  atlasTombstone: fc.option(fc.record({ stamp: anyStamp, base: anyStampOrNone })),
  sent: fc.array(anyStamp, { maxLength: 3 }),
});

/** What both sides hold for one key. */
export type KeyState = typeof anyState extends fc.Arbitrary<infer T> ? T : never;

const anyRules = fc.record({
  ceilingMs: fc.constantFrom(2, 4, 9, 9, 9),
  horizonMs: fc.constantFrom(0, 0, 0, 3),
  merges: rarely,
  insertOnly: rarely,
  oneWay: rarely,
});

/** What both sides hold for some keys, anything, likely or not, and the rules that hold. */
export const anyStates = fc.record({
  states: fc.array(anyState, { minLength: 2, maxLength: 5 }),
  rules: anyRules,
});

/** Both sides, holding that for the keys from 0; undefined: nothing. */
export function toSides(states: readonly (KeyState | undefined)[], rules: TwoSides['rules']): TwoSides {
  const sides = new TwoSides();
  sides.rules = rules;
  for (const [number, state] of states.entries()) {
    if (!state) continue;
    const key = keyOf(number);
    if (state.local) sides.local.documents.set(key, state.local);
    if (state.localTombstone) sides.local.tombstones.set(key, state.localTombstone);
    if (state.atlas) sides.atlas.documents.set(key, state.atlas);
    if (state.atlasTombstone) sides.atlas.tombstones.set(key, state.atlasTombstone);
    const sent = state.sent.map((stamp) => ({ key, stamp }));
    sides.local.sent.set(`before ${number}`, sent);
  }
  return sides;
}

/** Both sides, holding anything for key 0, likely or not. */
export const anySides: fc.Arbitrary<TwoSides> = fc
  .tuple(anyState, anyRules)
  .map(([state, rules]) => toSides([state], rules));
