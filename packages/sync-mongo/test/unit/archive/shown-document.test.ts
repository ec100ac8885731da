import { describe, expect, it } from '@jest/globals';
import { shownDocument } from '../../../src/archive/shown-document.js';
import { raw, rawWithId } from '../bson/raw-bson.js';

describe('a kept state that is shown', () => {
  it('shows all that can be read, also where one value cannot, or is a pattern that JavaScript has not', () => {
    const state = rawWithId(raw.int32(1), [
      ['name', raw.string('tea')],
      ['broken', raw.string(Buffer.from([0xff]))],
      ['pattern', raw.regex('(?i)a', 'x')],
    ]);
    expect(shownDocument(state)).toEqual({
      _id: 1,
      name: 'tea',
      broken: { $unreadable: 'BSON type 2' },
      pattern: { $regularExpression: { pattern: '(?i)a', options: 'x' } },
    });
  });
});
