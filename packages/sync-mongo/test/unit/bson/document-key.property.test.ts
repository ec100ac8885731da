import { describe, expect, it } from '@jest/globals';
import { collectionOf } from '@bomba/sync-core';
import { BSON, BSONSymbol, Code, DBRef, ObjectId } from 'mongodb';
import fc from 'fast-check';
import { documentIdOf, documentKeyOf, documentPlaceOf } from '../../../src/bson/document-key.js';
import { elementsOf, valueOf } from '../../../src/bson/elements.js';
import { anyId, twoIds } from './arbitrary-id.js';

/** An `_id` as it comes back from a server, read with its types kept. */
function stored(id: unknown): unknown {
  const bytes = BSON.serialize(new Map([['_id', id]]));
  const [element] = elementsOf(bytes);
  return element && valueOf(bytes, element);
}

describe('the key of a document', () => {
  it('is the same for two _ids exactly where the server calls them equal', () => {
    fc.assert(
      fc.property(twoIds, ([a, b]) => {
        const isSame = documentKeyOf('items', a.id) === documentKeyOf('items', b.id);
        expect(isSame).toBe(a.identity === b.identity);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives an _id that has the same key again', () => {
    fc.assert(
      fc.property(anyId, ({ id }) => {
        const key = documentKeyOf('items', id);
        expect(documentKeyOf('items', documentIdOf(key))).toBe(key);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same for an _id of the application and for that _id as a server stored it, and sent it back', () => {
    fc.assert(
      fc.property(anyId, ({ id }) => {
        const key = documentKeyOf('items', id);
        expect(documentKeyOf('items', stored(id))).toBe(key);
        expect(documentKeyOf('items', stored(documentIdOf(key)))).toBe(key);
      }),
      { numRuns: 500 },
    );
  });

  it('tells the collection, whatever its name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), anyId, (collection, { id }) => {
        const key = documentKeyOf(collection, id);
        expect(collectionOf(key)).toBe(collection);
        expect(documentPlaceOf(key).collection).toBe(collection);
      }),
    );
  });

  it('tells an ObjectId from the text of its digits', () => {
    const id = new ObjectId();
    expect(documentKeyOf('items', id)).not.toBe(documentKeyOf('items', id.toHexString()));
  });

  it('tells a document from one whose fields are in another order', () => {
    const [ab, ba] = [
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
      new Map([
        ['b', 2],
        ['a', 1],
      ]),
    ];
    expect(documentKeyOf('items', ab)).not.toBe(documentKeyOf('items', ba));
    expect(documentKeyOf('items', ab)).toBe(documentKeyOf('items', { a: 1, b: 2 }));
  });

  it('is made of rare types too, so that none of them can hold up others', () => {
    expect(documentKeyOf('items', new BSONSymbol('s'))).toBe(documentKeyOf('items', 's'));
    const codes = [new Code('a'), new Code('b'), new Code('a', { x: 1 }), new Code('a', { x: 2 })];
    const keys = codes.map((id) => documentKeyOf('items', id));
    expect(new Set(keys).size).toBe(codes.length);
    for (const key of keys) expect(documentKeyOf('items', stored(documentIdOf(key)))).toBe(key);
    const reference = new DBRef('shops', new ObjectId());
    expect(documentKeyOf('items', reference)).toBe(documentKeyOf('items', stored(reference)));
  });
});
