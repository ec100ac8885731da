import { describe, expect, it } from '@jest/globals';
import { UUID } from 'mongodb';
import { namesAnotherId } from '../../../../src/capture/rewrite/named-id.js';
import { narrow, pinnedId } from '../../../../src/capture/rewrite/pinned-id.js';
import { replacementFields } from '../../../../src/capture/rewrite/replacement.js';
import { markUpdate } from '../../../../src/capture/rewrite/update.js';

const id = new UUID('01900000-0000-7000-8000-0000000000aa').toBinary();

describe('an update or replacement that the server has to refuse', () => {
  it.each([
    [undefined],
    [null],
    [{}],
    [{ a: 1 }],
    [{ $set: { a: 1 }, b: 1 }],
    [{ $set: 5 }],
    [{ $set: null }],
    [{ $set: undefined }],
    [[]],
    [['$set']],
    [[{}]],
    [[{ $set: { a: 1 }, $unset: 'b' }]],
  ])('is left alone: %j', (update) => {
    expect(markUpdate(update, id)).toBeNull();
  });

  it.each([[undefined], [null], [[]], [{ $set: { a: 1 } }], [{ a: 1, $b: 1 }]])(
    'is left alone as a replacement: %j',
    (replacement) => {
      expect(replacementFields(replacement)).toBeNull();
    },
  );

  it('is marked all the same where the driver may have been told to leave an operator out', () => {
    expect(markUpdate({ $inc: { a: 1 }, $push: undefined }, id)).toMatchObject({ $inc: { a: 1 }, $set: {} });
  });

  it('is passed on where only the server can know', () => {
    expect(markUpdate([{ $set: 5 }, { $nonsense: 1 }], id)).toHaveLength(4);
    expect(markUpdate([{ $unset: ['a', 5] }], id)?.[0 as never]).toEqual({ $unset: ['a', 5] });
  });
});

describe('the _id of a filter', () => {
  it.each([
    [{ _id: 1 }, 1],
    [{ _id: { $eq: 'x' }, a: 1 }, 'x'],
    [{ _id: { a: 1 } }, { a: 1 }],
  ])('of %j is pinned', (filter, pinned) => {
    expect(pinnedId(filter)).toEqual(pinned);
  });

  it.each([[{}], [{ a: 1 }], [{ _id: { $in: [1] } }], [{ _id: { $eq: 1, $gt: 0 } }], [{ _id: /x/ }], [null]])(
    'of %j is not',
    (filter) => {
      expect(pinnedId(filter)).toBeUndefined();
    },
  );

  it('is the one of a replacement where the server calls them equal', () => {
    const named = (pinned: unknown, own: unknown): boolean =>
      namesAnotherId({ collection: 'c', filter: { _id: pinned }, fields: { _id: own } });
    expect([named(1, 1), named(1, 1.0), named('1', 1), named({ $gt: 0 }, 1)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(namesAnotherId({ collection: 'c', filter: {}, fields: { a: 1 } })).toBe(false);
  });

  it('may be narrowed further, keeping what the filter says of the same field', () => {
    expect(narrow({ a: 1 }, 'b', 2)).toEqual({ a: 1, b: 2 });
    expect(narrow({ a: 1 }, 'a', 2)).toEqual({ $and: [{ a: 1 }, { a: 2 }] });
  });
});
