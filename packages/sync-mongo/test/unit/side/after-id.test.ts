import { describe, expect, it } from '@jest/globals';
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb';
import { documentIdOf, documentKeyOf } from '../../../src/bson/document-key.js';
import { afterId } from '../../../src/side/after-id.js';

/** An `_id` of each type, in the order in which the server sorts types (MongoDB manual, Comparison/Sort Order). */
const inOrder: readonly (readonly [type: string, id: unknown])[] = [
  ['minKey', new MinKey()],
  ['null', null],
  ['int', 5],
  ['string', 's'],
  ['object', { a: 1 }],
  ['binData', new Binary(Buffer.from('b'))],
  ['objectId', new ObjectId()],
  ['bool', true],
  ['date', new Date(0)],
  ['timestamp', new Timestamp({ t: 1, i: 1 })],
  ['regex', new BSONRegExp('a')],
  ['javascript', new Code('x')],
  ['javascriptWithScope', new Code('x', { a: 1 })],
  ['maxKey', new MaxKey()],
];

function laterTypes(id: unknown): readonly string[] {
  const filter = afterId(id) as {
    readonly $or?: readonly [unknown, { readonly _id: { readonly $type: string[] } }];
  };
  return filter.$or?.[1]._id.$type ?? [];
}

describe('the filter for the _ids behind one', () => {
  it.each(inOrder)(
    'of type %s takes the greater ones of its type, and all of the later types',
    (type, id) => {
      const filter = afterId(id);
      const sameType = { _id: { $gt: id } };
      expect(filter).toEqual(
        type === 'maxKey' ? sameType : { $or: [sameType, { _id: { $type: laterTypes(id) } }] },
      );
      const place = inOrder.findIndex(([name]) => name === type);
      for (const [i, [other]] of inOrder.entries()) expect(laterTypes(id).includes(other)).toBe(i > place);
    },
  );

  it('treats numbers of all types as one type', () => {
    const numbers = [5, 5n, new Int32(5), new Double(5), Long.fromNumber(5), Decimal128.fromString('5')];
    for (const id of numbers) {
      expect(laterTypes(id)).toEqual(laterTypes(0));
      for (const name of ['int', 'long', 'double', 'decimal']) expect(laterTypes(id)).not.toContain(name);
    }
  });

  it('has all numbers behind NaN, which sorts below them and which none is greater than', () => {
    const behind = documentIdOf(documentKeyOf('items', Decimal128.fromString('NaN')));
    expect(afterId(behind)).toEqual({
      $or: [{ _id: { $gte: -Infinity } }, { _id: { $type: laterTypes(0) } }],
    });
  });

  it('takes a document as it is read, as a Map', () => {
    expect(laterTypes(new Map([['a', 1]]))).toEqual(laterTypes({ a: 1 }));
  });
});
