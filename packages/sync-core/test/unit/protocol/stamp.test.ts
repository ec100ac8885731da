import { describe, expect, it } from '@jest/globals';
import {
  createStamp,
  isLater,
  isSharedStamp,
  isSpreadStamp,
  latest,
  lowestStamp,
  sameWrite,
  stampFor,
  stampTimeMs,
  toStamp,
  withTime,
} from '../../../src/protocol/stamp.js';
import { stampAt } from './stamps.js';

const zeros = new Uint8Array(16);
const ones = new Uint8Array(16).fill(0xff);

describe('createStamp', () => {
  it('lays time, counter and tail out as RFC 9562 says', () => {
    const stamp = createStamp({ timeMs: 0x0123456789ab, counter: 0xfed, random: ones });
    expect(stamp).toBe('01234567-89ab-7fed-bfff-fffffffffffe');
  });

  it('marks a shared id in the last bit, and a private one by its absence', () => {
    const shared = createStamp({ timeMs: 1, counter: 0, random: zeros, shared: true });
    expect(shared.slice(-1)).toBe('1');
    expect(isSharedStamp(shared)).toBe(true);
    expect(isSharedStamp(createStamp({ timeMs: 1, counter: 0, random: ones }))).toBe(false);
  });

  it('marks an id that one operation may write twice to a document, and no other', () => {
    const of = (shared: boolean | 'spread'): boolean[] =>
      [zeros, ones].map((random) => isSpreadStamp(createStamp({ timeMs: 1, counter: 0, random, shared })));
    expect(of('spread')).toEqual([true, true]);
    expect(of(true)).toEqual([false, false]);
    expect(of(false)).toEqual([false, false]);
    expect(isSharedStamp(createStamp({ timeMs: 1, counter: 0, random: zeros, shared: 'spread' }))).toBe(true);
  });

  it('leaves the random bytes it was given as they are', () => {
    const random = Uint8Array.from(ones);
    createStamp({ timeMs: 1, counter: 0, random });
    expect(random).toEqual(ones);
  });

  it('refuses fewer than sixteen random bytes', () => {
    expect(() => createStamp({ timeMs: 1, counter: 0, random: new Uint8Array(15) })).toThrow();
  });
});

describe('lowestStamp', () => {
  it('loses to any stamp with a time of its own', () => {
    expect(stampTimeMs(lowestStamp(ones))).toBe(0);
    expect(isLater(stampAt(1), lowestStamp(ones))).toBe(true);
  });
});

describe('toStamp', () => {
  it.each([
    ['a UUIDv7 in lower case', '01234567-89ab-7fed-bfff-fffffffffffe', true],
    ['upper case, which would compare otherwise', '01234567-89AB-7FED-BFFF-FFFFFFFFFFFE', false],
    ['a UUID of another version', '01234567-89ab-4fed-bfff-fffffffffffe', false],
    ['a UUID of another variant', '01234567-89ab-7fed-cfff-fffffffffffe', false],
    ['no text at all', '', false],
    ['a stamp with something behind it', '01234567-89ab-7fed-bfff-fffffffffffe\n', false],
  ])('judges %s', (_, text, isStamp) => {
    expect(toStamp(text)).toBe(isStamp ? text : null);
  });
});

describe('the order of stamps', () => {
  it('goes by time first', () => {
    expect(isLater(stampAt(2, 1), stampAt(1, 9))).toBe(true);
  });

  it('goes by tail within one millisecond', () => {
    expect(isLater(stampAt(1, 2), stampAt(1, 1))).toBe(true);
    expect(isLater(stampAt(1, 1), stampAt(1, 1))).toBe(false);
  });

  it('puts none below all', () => {
    expect(isLater(stampAt(0), null)).toBe(true);
    expect(isLater(null, stampAt(0))).toBe(false);
    expect(isLater(null, null)).toBe(false);
  });
});

describe('latest', () => {
  it('finds the latest of those that are given', () => {
    expect(latest(stampAt(1), null, stampAt(3), undefined, stampAt(2))).toBe(stampAt(3));
  });

  it('is null where none is given', () => {
    expect(latest(null, undefined)).toBeNull();
    expect(latest()).toBeNull();
  });
});

describe('sameWrite', () => {
  it('recognises a write by its tail at whatever time', () => {
    expect(sameWrite(stampAt(1, 5), stampAt(9, 5))).toBe(true);
    expect(sameWrite(stampAt(1, 5), stampAt(1, 6))).toBe(false);
  });

  it('does not take two absent writes for one', () => {
    expect(sameWrite(null, null)).toBe(false);
    expect(sameWrite(stampAt(1), null)).toBe(false);
    expect(sameWrite(null, stampAt(1))).toBe(false);
  });
});

describe('withTime', () => {
  it('stops at the last time a stamp can have', () => {
    expect(stampTimeMs(withTime(stampAt(1), 2 ** 60))).toBe(2 ** 48 - 1);
  });
});

describe('stampFor', () => {
  it('keeps an id that is above everything it builds on', () => {
    expect(stampFor(stampAt(5, 1), stampAt(4, 9))).toBe(stampAt(5, 1));
    expect(stampFor(stampAt(5, 1), null)).toBe(stampAt(5, 1));
  });

  it('lifts the time of an id by the least that is above its base', () => {
    expect(stampFor(stampAt(5, 1), stampAt(7, 9))).toBe(stampAt(8, 1));
    expect(stampFor(stampAt(7, 1), stampAt(7, 2))).toBe(stampAt(8, 1));
    expect(stampFor(stampAt(7, 1), stampAt(7, 1))).toBe(stampAt(8, 1));
  });
});
