import { describe, expect, it } from '@jest/globals';
import { hiddenJoins } from '../../../../src/capture/rewrite/hidden-joins.js';

const isHidden = (collection: string): boolean => collection === 'bills';
const hide = { $project: { _syncMeta: 0 } };

describe('an aggregation that joins synced collections', () => {
  it.each([
    [{ $unionWith: 'bills' }, { $unionWith: { coll: 'bills', pipeline: [hide] } }],
    [
      { $unionWith: { coll: 'bills', pipeline: [{ $match: { a: 1 } }] } },
      { $unionWith: { coll: 'bills', pipeline: [{ $match: { a: 1 } }, hide] } },
    ],
    [
      { $lookup: { from: 'bills', let: { a: 1 }, pipeline: [], as: 'b' } },
      { $lookup: { from: 'bills', let: { a: 1 }, pipeline: [hide], as: 'b' } },
    ],
    [
      { $lookup: { from: 'others', pipeline: [{ $unionWith: 'bills' }], as: 'b' } },
      {
        $lookup: {
          from: 'others',
          pipeline: [{ $unionWith: { coll: 'bills', pipeline: [hide] } }],
          as: 'b',
        },
      },
    ],
    [
      { $facet: { a: [{ $unionWith: 'bills' }], b: [{ $count: 'n' }] } },
      { $facet: { a: [{ $unionWith: { coll: 'bills', pipeline: [hide] } }], b: [{ $count: 'n' }] } },
    ],
  ])('hides the metadata at the source: %j', (stage, hidden) => {
    expect(hiddenJoins([stage], isHidden)).toEqual([hidden]);
  });

  it('hides it behind a join by fields, and behind the stages that are carried out together with that', () => {
    const lookup = { $lookup: { from: 'bills', localField: 'a', foreignField: 'b', as: 'c.d' } };
    const graph = { $graphLookup: { from: 'bills', startWith: '$a', as: 'g' } };
    const [unwind, match, sort] = [{ $unwind: '$c.d' }, { $match: { 'c.d.x': 1 } }, { $sort: { a: 1 } }];
    const hideLookup = { $project: { 'c.d._syncMeta': 0 } };
    expect(hiddenJoins([lookup, unwind, match, sort], isHidden)).toEqual([
      ...[lookup, unwind, match, hideLookup, sort],
    ]);
    expect(hiddenJoins([lookup, graph], isHidden)).toEqual([
      ...[lookup, hideLookup, graph, { $project: { 'g._syncMeta': 0 } }],
    ]);
  });

  it('stays the same where it joins others only', () => {
    const pipeline = [
      { $lookup: { from: 'others', localField: 'a', foreignField: 'b', as: 'c' } },
      { $unionWith: { coll: 'others', pipeline: [] } },
      { $facet: { a: [{ $match: {} }] } },
      'nonsense',
    ];
    expect(hiddenJoins(pipeline, isHidden)).toBe(pipeline);
  });
});
