import { describe, expect, it } from '@jest/globals';
import { BSON } from 'mongodb';
import fc from 'fast-check';
import { exclusionSet, type ExclusionSet, exclusionSetNamed } from '../../../src/fields/exclusion-set.js';
import { onlyExcluded, withExcluded, withoutExcluded } from '../../../src/fields/take-out.js';
import { anyDocument, anySet, hex } from './any-fields.js';

const NOTHING = hex(BSON.serialize({}));

/** Its fields, but for empty documents that stand for nothing. */
function fieldsOf(document: Uint8Array, set: ExclusionSet): readonly string[] {
  const names = Object.keys(BSON.deserialize(document));
  const left = [withoutExcluded(document, set), onlyExcluded(document, set)].flatMap((part) =>
    Object.keys(BSON.deserialize(part)),
  );
  return names.filter((name) => left.includes(name)).sort();
}

describe('what travels of a document', () => {
  it('holds nothing that is excluded, and all else byte for byte', () => {
    fc.assert(
      fc.property(anyDocument, anySet, (document, set) => {
        const travels = withoutExcluded(document, set);
        expect(hex(onlyExcluded(travels, set))).toBe(NOTHING);
        expect(hex(withoutExcluded(travels, set))).toBe(hex(travels));
        const untouched = Object.entries(BSON.deserialize(document)).filter(([name]) => !set.names.has(name));
        expect(BSON.deserialize(travels)).toMatchObject(Object.fromEntries(untouched));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same after it was stored around what another document keeps', () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, anySet, (document, other, set) => {
        const travels = withoutExcluded(document, set);
        const stored = withExcluded(document, onlyExcluded(other, set), set);
        expect(hex(withoutExcluded(stored, set))).toBe(hex(travels));
      }),
      { numRuns: 1_000 },
    );
  });

  it('makes with what is excluded the whole document again', () => {
    fc.assert(
      fc.property(anyDocument, anySet, (document, set) => {
        const excluded = onlyExcluded(document, set);
        const stored = withExcluded(withoutExcluded(document, set), excluded, set);
        // In another order it may be: what travels comes first.
        expect(BSON.deserialize(onlyExcluded(stored, set))).toEqual(BSON.deserialize(excluded));
        expect(Object.keys(BSON.deserialize(stored)).sort()).toEqual(fieldsOf(document, set));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a field', ['b'], { a: 1, b: 2 }, { a: 1 }],
    ['a field of a document', ['a.b'], { a: { b: 1, c: 2 } }, { a: { c: 2 } }],
    ['all that a document holds', ['a.b'], { a: { b: 1 }, c: 2 }, { c: 2 }],
    ['a list, where a field of its elements is excluded', ['a.b'], { a: [{ b: 1, c: 2 }], c: 3 }, { c: 3 }],
    ['nothing, where the value is no document', ['a.b'], { a: 5 }, { a: 5 }],
    ['a document that is empty, where a field of it is excluded', ['a.b'], { a: {}, c: 1 }, { c: 1 }],
  ])('leaves out %s', (_, paths, document, travels) => {
    const without = withoutExcluded(BSON.serialize(document), exclusionSet(paths));
    expect(BSON.deserialize(without)).toEqual(travels);
  });

  it('stands where the other document has another kind of value in its place', () => {
    const set = exclusionSet(['a.b']);
    const kept = onlyExcluded(BSON.serialize({ a: { b: 1 } }), set);
    expect(BSON.deserialize(withExcluded(BSON.serialize({ a: 5 }), kept, set))).toEqual({ a: 5 });
  });
});

describe('a set of excluded fields', () => {
  it('is known again by its name', () => {
    fc.assert(fc.property(anySet, (set) => expect(exclusionSetNamed(set.name)).toEqual(set)));
  });

  it.each(['', 'whatever', '-', '-b,a', '-a,a', '-%', '-a,a.b'])('has no such name as %j', (name) => {
    expect(exclusionSetNamed(name)).toBeNull();
  });

  it('is the same in any order, and without what another path covers', () => {
    expect(exclusionSet(['b', 'a.c', 'a', 'b'])).toEqual(exclusionSet(['a', 'b']));
  });
});
