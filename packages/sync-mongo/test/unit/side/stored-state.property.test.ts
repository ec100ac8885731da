import { describe, expect, it } from '@jest/globals';
import { Binary, BSON, Double, Int32, Long, ObjectId } from 'mongodb';
import fc from 'fast-check';
import { emptySet } from '../../../src/fields/exclusion-set.js';
import { StoredState } from '../../../src/side/stored-state.js';

const anyId: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  ...[new ObjectId(), 'text', 'täxt', '', new Int32(1), new Double(1), Long.fromNumber(1)],
  ...[new Binary(Buffer.alloc(16), 4), new Map([['a', 1]]), null, true, new Date(0)],
);

function isNameable(raw: Uint8Array): boolean {
  return new StoredState({ collection: 'bills', set: emptySet }, Buffer.from(raw)).isNameable;
}

describe('a stored state', () => {
  it('is nameable where a filter can name its id, and only there', () => {
    fc.assert(fc.property(anyId, (_id) => expect(isNameable(BSON.serialize({ _id }))).toBe(true)));
    const broken = BSON.serialize({ _id: 'ab' });
    broken[14] = 0xff;
    const beyond = Buffer.from(BSON.serialize({ _id: new Date(0) }));
    beyond.writeBigInt64LE(2n ** 62n, 9);
    for (const raw of [broken, beyond]) expect(isNameable(raw)).toBe(false);
  });
});
