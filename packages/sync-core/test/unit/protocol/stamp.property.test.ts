import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, validate, version } from 'uuid';
import {
  createStamp,
  isLater,
  isSharedStamp,
  latest,
  sameWrite,
  stampFor,
  stampTimeMs,
  toStamp,
  withTime,
} from '../../../src/protocol/stamp.js';
import { anyRandom, anyStamp, anyStampParts, anyTimeMs } from './stamps.js';

const stampOrNone = fc.option(anyStamp);

describe('a stamp', () => {
  it('is a valid UUIDv7 that reads back what it was made of', () => {
    fc.assert(
      fc.property(anyStampParts, (parts) => {
        const stamp = createStamp(parts);
        expect(validate(stamp)).toBe(true);
        expect(version(stamp)).toBe(7);
        expect(toStamp(stamp)).toBe(stamp);
        expect(stampTimeMs(stamp)).toBe(parts.timeMs);
        expect(isSharedStamp(stamp)).toBe(parts.shared);
      }),
    );
  });

  it('compares as text like its bytes, which is how BSON compares it', () => {
    fc.assert(
      fc.property(anyStamp, anyStamp, (a, b) => {
        expect(isLater(a, b)).toBe(Buffer.compare(parse(a), parse(b)) > 0);
      }),
    );
  });

  it('is ordered within a millisecond by its counter, whatever its random part', () => {
    fc.assert(
      fc.property(anyTimeMs, fc.nat(4094), anyRandom, anyRandom, (timeMs, counter, first, second) => {
        const earlier = createStamp({ timeMs, counter, random: first });
        const later = createStamp({ timeMs, counter: counter + 1, random: second });
        expect(isLater(later, earlier)).toBe(true);
      }),
    );
  });

  it('differs from another of the same time and counter wherever 61 random bits do', () => {
    fc.assert(
      fc.property(anyStampParts, fc.constantFrom(0, 1, 11, 12, 13, 14), (parts, at) => {
        const random = parts.random.map((byte, i) => (i === at ? byte ^ 0xff : byte));
        expect(sameWrite(createStamp(parts), createStamp({ ...parts, random }))).toBe(false);
      }),
    );
  });
});

describe('the order of stamps', () => {
  it('is total: of two, one is later or they are the same', () => {
    fc.assert(
      fc.property(stampOrNone, stampOrNone, (a, b) => {
        expect([isLater(a, b), isLater(b, a), a === b].filter(Boolean)).toHaveLength(1);
      }),
    );
  });

  it('is transitive', () => {
    fc.assert(
      fc.property(stampOrNone, stampOrNone, stampOrNone, (a, b, c) => {
        fc.pre(isLater(a, b) && isLater(b, c));
        expect(isLater(a, c)).toBe(true);
      }),
    );
  });

  it('has its greatest member found by latest, in whatever order they are given', () => {
    fc.assert(
      fc.property(fc.array(stampOrNone), (stamps) => {
        const found = latest(...stamps);
        expect(stamps.some((stamp) => isLater(stamp, found))).toBe(false);
        expect(found === null || stamps.includes(found)).toBe(true);
        expect(latest(...stamps.toReversed())).toBe(found);
      }),
    );
  });
});

describe('withTime', () => {
  it('changes the time and keeps the tail', () => {
    fc.assert(
      fc.property(anyStamp, anyTimeMs, (stamp, timeMs) => {
        const moved = withTime(stamp, timeMs);
        expect(stampTimeMs(moved)).toBe(timeMs);
        expect(sameWrite(moved, stamp)).toBe(true);
        expect(isSharedStamp(moved)).toBe(isSharedStamp(stamp));
        expect(toStamp(moved)).toBe(moved);
        expect(withTime(moved, stampTimeMs(stamp))).toBe(stamp);
      }),
    );
  });
});

describe('stampFor', () => {
  it('is above its base', () => {
    fc.assert(
      fc.property(anyStamp, stampOrNone, (write, base) => {
        expect(isLater(stampFor(write, base), base)).toBe(true);
      }),
    );
  });

  it('is the same at every try, also when it starts from what an earlier try gave', () => {
    fc.assert(
      fc.property(anyStamp, stampOrNone, (write, base) => {
        const first = stampFor(write, base);
        expect(stampFor(write, base)).toBe(first);
        expect(stampFor(first, base)).toBe(first);
      }),
    );
  });

  it('is recognisable as the write, and never earlier than it', () => {
    fc.assert(
      fc.property(anyStamp, stampOrNone, (write, base) => {
        const version = stampFor(write, base);
        expect(sameWrite(version, write)).toBe(true);
        expect(isLater(write, version)).toBe(false);
      }),
    );
  });
});
