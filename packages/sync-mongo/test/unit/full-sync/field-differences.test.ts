import { describe, expect, it } from '@jest/globals';
import { BSON, type Document } from 'mongodb';
import { fieldDifferences } from '../../../src/full-sync/field-differences.js';

const between = (local: Document, atlas: Document): unknown =>
  fieldDifferences(BSON.serialize(local), BSON.serialize(atlas));

describe('the fields in which two bodies differ', () => {
  it('are those that one side lacks or has another value of, by their paths', () => {
    const local = { _id: 1, name: 'a', n: 1, deep: { here: 1, both: 1 } };
    const atlas = { _id: 1, name: 'b', deep: { both: 1, there: 1 } };
    expect(between(local, atlas)).toEqual([
      { path: 'name', missingOn: null },
      { path: 'n', missingOn: 'atlas' },
      { path: 'deep.here', missingOn: 'atlas' },
      { path: 'deep.there', missingOn: 'local' },
    ]);
  });

  it('are the document itself where only their order differs', () => {
    expect(between({ _id: 1, a: 1, b: 2 }, { _id: 1, b: 2, a: 1 })).toEqual([
      { path: '', missingOn: null, isReordered: true },
    ]);
  });

  it('are the one whose own fields are in another order, however deep it is', () => {
    expect(between({ _id: 1, a: { b: { c: 1, d: 2 } } }, { _id: 1, a: { b: { d: 2, c: 1 } } })).toEqual([
      { path: 'a.b', missingOn: null, isReordered: true },
    ]);
  });

  it('are none where the bodies are the same', () => {
    expect(between({ _id: 1, a: 1 }, { _id: 1, a: 1 })).toEqual([]);
  });
});
