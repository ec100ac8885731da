import { describe, expect, it } from '@jest/globals';
import { ObjectId, UUID } from 'mongodb';
import { markInsert } from '../../../../src/capture/rewrite/insert.js';

const id = new UUID('01900000-0000-7000-8000-0000000000aa').toBinary();

describe('a marked insertion', () => {
  it('has the fields in their order, then the mark', () => {
    const document = { _id: 1, b: 2, a: 1, ['__proto__']: { polluted: true } };
    const marked = markInsert(document, id) ?? {};
    expect(Object.entries(marked)).toEqual([...Object.entries(document), ['_syncMeta', { dirty: id }]]);
  });

  it('leaves the document of the application alone', () => {
    const document = { _id: 1, _syncMeta: { stamp: 'alien' } };
    expect(markInsert(document, id)).toEqual({ _id: 1, _syncMeta: { dirty: id } });
    expect(document).toEqual({ _id: 1, _syncMeta: { stamp: 'alien' } });
  });

  it('takes what BSON would take: the output of toBSON, and Maps', () => {
    expect(markInsert({ toBSON: () => ({ a: 1 }) }, id)).toEqual({ a: 1, _syncMeta: { dirty: id } });
    expect(markInsert(new Map([['a', 1]]), id)).toEqual({ a: 1, _syncMeta: { dirty: id } });
  });

  it.each([
    [null],
    [undefined],
    ['text'],
    [5],
    [[]],
    [new Date()],
    [/x/],
    [new ObjectId()],
    [new Uint8Array(2)],
  ])('leaves %p, which is no document, to the driver', (value) => {
    expect(markInsert(value, id)).toBeNull();
  });
});
