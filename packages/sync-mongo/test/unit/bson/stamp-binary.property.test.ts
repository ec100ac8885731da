import { describe, expect, it } from '@jest/globals';
import { createStamp } from '@bomba/sync-core';
import { Binary, ObjectId, UUID } from 'mongodb';
import fc from 'fast-check';
import { fromBinary, toBinary } from '../../../src/bson/stamp-binary.js';

const stamp = fc
  .tuple(fc.nat({ max: 2 ** 48 - 1 }), fc.nat({ max: 4095 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map(([timeMs, counter, random]) => createStamp({ timeMs, counter, random }));

describe('a stamp as MongoDB stores it', () => {
  it('is read back as it was, and compares by its bytes as its text does', () => {
    fc.assert(
      fc.property(stamp, stamp, (a, b) => {
        expect(fromBinary(toBinary(a))).toBe(a);
        const order = Buffer.compare(toBinary(a).value(), toBinary(b).value());
        expect(order).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('is a UUID of subtype 4, which shells print as one', () => {
    const binary = toBinary(createStamp({ timeMs: 1, counter: 0, random: new Uint8Array(16) }));
    expect(binary.sub_type).toBe(Binary.SUBTYPE_UUID);
    expect(binary.length()).toBe(16);
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['text', '0190a5c4-0000-7000-8000-000000000000'],
    ['an ObjectId', new ObjectId()],
    ['a UUID of another version', new UUID('3b241101-e2bb-4255-8caf-4136c566a962')],
    ['other bytes', new Binary(Buffer.alloc(16), 0)],
    ['too few bytes', new Binary(Buffer.alloc(5), 4)],
  ])('is absent where there is %s: what comes in is not trusted', (_, value) => {
    expect(fromBinary(value)).toBeNull();
  });
});
