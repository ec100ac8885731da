import { describe, expect, it } from '@jest/globals';
import { UUID } from 'mongodb';
import { markMerge } from '../../../../src/capture/rewrite/merge-stage.js';
import { markStages } from '../../../../src/capture/rewrite/mark-stage.js';

const id = new UUID('01900000-0000-7000-8000-000000000003').toBinary();
const brought = { $set: { _syncMeta: { $mergeObjects: [{ dirty: { $literal: id } }] } } };
const own = { _syncMeta: '$_syncMeta' };

describe('a $merge', () => {
  it.each([['bills'], [{ into: 'bills' }], [{ into: 'bills', whenMatched: 'merge' }]])(
    '%j brings the mark along, and keeps the base of what it merges into',
    (merge) => {
      const whenMatched = [{ $replaceWith: { $mergeObjects: ['$$ROOT', '$$new', own] } }, ...markStages(id)];
      expect(markMerge(merge, id)).toEqual([brought, { $merge: { into: 'bills', whenMatched } }]);
    },
  );

  it('keeps _id and base of what it replaces', () => {
    const whenMatched = [
      { $replaceWith: { $mergeObjects: [{ _id: '$_id' }, '$$new', own] } },
      ...markStages(id),
    ];
    expect(markMerge({ into: 'bills', on: 'number', whenMatched: 'replace' }, id)).toEqual([
      brought,
      { $merge: { into: 'bills', on: 'number', whenMatched } },
    ]);
  });

  it.each([['keepExisting'], ['fail']])('leaves what it matches clean when it says %s', (whenMatched) => {
    const merge = { into: 'bills', whenMatched, whenNotMatched: 'insert' };
    expect(markMerge(merge, id)).toEqual([brought, { $merge: merge }]);
  });

  it('marks what its own pipeline changes, whose copies of the new document have no mark', () => {
    const merge = { into: 'bills', let: { t: '$total' }, whenMatched: [{ $set: { a: '$$new', b: '$$t' } }] };
    const [, stage] = markMerge(merge, id) ?? [];
    const { whenMatched, ...others } = stage?.['$merge'] as Record<string, unknown>;
    expect(others).toEqual({ into: 'bills', let: { t: '$total' } });
    const [set, ...marks] = whenMatched as readonly {
      readonly $set: { readonly a: unknown; readonly b: unknown };
    }[];
    expect(set?.$set.b).toBe('$$t');
    expect(JSON.stringify(set?.$set.a)).toContain('"$ne":["$$field.k","_syncMeta"]');
    expect(marks).toEqual(markStages(id));
  });

  it.each([
    [7],
    [{ into: 'bills', whenMatched: 'whatever' }],
    [{ into: 'bills', whenMatched: [] }],
    [{ into: 'bills', let: { a: 1 } }],
  ])('%j is refused by the server, or known to nobody', (merge) => {
    expect(markMerge(merge, id)).toBeNull();
  });
});
