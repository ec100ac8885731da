import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalIdOf, collectionOf, createDocumentKey } from '../../../src/document-key/document-key.js';

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('/', '%', '2', 'F', 'a') }),
);

describe('a document key', () => {
  it('keeps ids of different types apart, as far as their canonical texts do', () => {
    const objectId = createDocumentKey('bills', 'oid:5f0000000000000000000000');
    const text = createDocumentKey('bills', 'str:5f0000000000000000000000');
    expect(objectId).not.toBe(text);
  });

  it('reads back its collection and its id, whatever characters they have', () => {
    fc.assert(
      fc.property(anyText, anyText, (collection, id) => {
        const key = createDocumentKey(collection, id);
        expect(collectionOf(key)).toBe(collection);
        expect(canonicalIdOf(key)).toBe(id);
      }),
    );
  });

  it('is the same for the same collection and id, and for no other', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (collection, id, otherCollection, otherId) => {
        const same = collection === otherCollection && id === otherId;
        expect(createDocumentKey(collection, id) === createDocumentKey(otherCollection, otherId)).toBe(same);
      }),
    );
  });

  it('does not let a slash in a collection be taken for the end of its name', () => {
    expect(createDocumentKey('a/b', 'c')).not.toBe(createDocumentKey('a', 'b/c'));
  });
});
