import fc from 'fast-check';
import { createStamp, type Stamp } from '../../../src/protocol/stamp.js';

/** Stamps beyond this time cannot be lifted: the 48 bits of a UUIDv7's time end in the year 10889. */
const LAST_LIFTABLE_MS = 2 ** 48 - 2;

/** A stamp at this time; stamps of one tail are one write, and a greater tail is later within a millisecond. */
export function stampAt(timeMs: number, tail = 0): Stamp {
  return createStamp({ timeMs, counter: tail, random: new Uint8Array(16) });
}

/** Any time a stamp can have, often one of a few, so that equal times come up. */
export const anyTimeMs = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: LAST_LIFTABLE_MS }));

/** At least as many random bytes as a stamp needs. */
export const anyRandom = fc.uint8Array({ minLength: 16, maxLength: 16 });

/** What any stamp is made of. */
export const anyStampParts = fc.record({
  timeMs: anyTimeMs,
  counter: fc.oneof(fc.nat(2), fc.nat(4095)),
  random: anyRandom,
  shared: fc.boolean(),
});

/** Any stamp. */
export const anyStamp = anyStampParts.map(createStamp);
