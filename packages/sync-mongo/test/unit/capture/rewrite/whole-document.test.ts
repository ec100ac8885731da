import { describe, expect, it } from '@jest/globals';
import { copyWithoutMeta, replaceWithoutMeta } from '../../../../src/capture/rewrite/whole-document.js';

const others = (variable: string): object => ({
  $cond: [
    { $eq: [{ $type: variable }, 'object'] },
    {
      $arrayToObject: {
        $filter: {
          ...{ input: { $objectToArray: variable }, as: 'field' },
          cond: { $ne: ['$$field.k', '_syncMeta'] },
        },
      },
    },
    variable,
  ],
});

describe('a whole document that an update copies', () => {
  it('is copied without the metadata, wherever it stands', () => {
    const expression = { copy: '$$ROOT', list: [{ $mergeObjects: ['$$CURRENT', { a: 1 }] }], a: '$$ROOT.a' };
    expect(copyWithoutMeta(expression)).toEqual({
      copy: others('$$ROOT'),
      list: [{ $mergeObjects: [others('$$CURRENT'), { a: 1 }] }],
      a: '$$ROOT.a',
    });
    expect(copyWithoutMeta({ a: '$$new', b: '$$old' }, ['$$new'])).toEqual({
      a: others('$$new'),
      b: '$$old',
    });
  });

  it('stays the same object where there is none, or where it is a literal text', () => {
    const plain = { a: { $add: ['$b', 1] }, at: new Date(0), text: { $literal: '$$ROOT' } };
    expect(copyWithoutMeta(plain)).toBe(plain);
  });

  it('keeps the metadata where it becomes the document, but not in the fields of that', () => {
    expect(replaceWithoutMeta('$$ROOT')).toBe('$$ROOT');
    expect(replaceWithoutMeta({ $mergeObjects: ['$$ROOT', { a: '$$ROOT' }] })).toEqual({
      $mergeObjects: ['$$ROOT', { a: others('$$ROOT') }],
    });
  });
});
