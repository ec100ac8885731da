import fc from 'fast-check';
import { type MemoryDocument } from '../../../src/memory/index.js';
import { type LocalTombstone } from '../../../src/protocol/state.js';
import { stampAt } from '../protocol/stamps.js';
import { keyOf } from '../queue/operations.js';
import { bodyOf, digestOf, documentAt, TwoSides } from '../two-sides.js';

const key = keyOf(0);
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

/** Both sides, holding anything for key 0, likely or not. */
export const anySides: fc.Arbitrary<TwoSides> = fc
  .record({
    local: fc.option(anyLocal),
    localTombstone: fc.option(anyTombstone),
    atlas: fc.option(anyMarks.map((marks) => toDocument(marks))),
    atlasTombstone: fc.option(fc.record({ stamp: anyStamp, base: anyStampOrNone })),
    sent: fc.array(anyStamp, { maxLength: 3 }),
    ceilingMs: fc.constantFrom(2, 4, 9, 9, 9),
    horizonMs: fc.constantFrom(0, 0, 0, 3),
    merges: rarely,
  })
  .map(({ local, localTombstone, atlas, atlasTombstone, sent, ...rules }) => {
    const sides = new TwoSides();
    sides.rules = rules;
    if (local) sides.local.documents.set(key, local);
    if (localTombstone) sides.local.tombstones.set(key, localTombstone);
    if (atlas) sides.atlas.documents.set(key, atlas);
    if (atlasTombstone) sides.atlas.tombstones.set(key, atlasTombstone);
    sides.local.sent.set(
      'before',
      sent.map((stamp) => ({ key, stamp })),
    );
    return sides;
  });
