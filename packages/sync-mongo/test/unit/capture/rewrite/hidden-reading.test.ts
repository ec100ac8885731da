import { describe, expect, it } from '@jest/globals';
import { Int32, Long } from 'mongodb';
import { hiddenPipeline } from '../../../../src/capture/rewrite/hidden-pipeline.js';
import { hiddenProjection } from '../../../../src/capture/rewrite/hidden-projection.js';
import { projectionKindOf } from '../../../../src/capture/rewrite/projection-kind.js';

describe('a projection', () => {
  it.each([
    [{}],
    [{ a: 0 }],
    [{ a: false, b: 0 }],
    [{ _id: 0 }],
    [{ a: new Int32(0) }],
    [{ a: Long.fromNumber(0) }],
    [{ a: { b: 0 } }],
    [{ lines: { $slice: 1 } }],
    [{ score: { $meta: 'textScore' } }],
    [{ lines: { $slice: 1 }, a: 0 }],
  ])('%j excludes, so the metadata is excluded too', (projection) => {
    expect(projectionKindOf(projection)).toBe('excluding');
    expect(hiddenProjection(projection)).toEqual({ ...projection, _syncMeta: 0 });
  });

  it.each([
    [{ a: 1 }],
    [{ a: true, _id: 0 }],
    [{ _id: 1 }],
    [{ a: new Int32(1) }],
    [{ a: { b: 1 } }],
    [{ lines: { $elemMatch: { a: 1 } } }],
    [{ 'lines.$': 1 }],
    [{ a: '$b' }],
    [{ a: { $add: ['$b', 1] } }],
    [{ lines: { $slice: 1 }, a: 1 }],
    [{ _id: 1, score: { $meta: 'textScore' } }],
  ])('%j names what it wants, and stays as it is', (projection) => {
    expect(projectionKindOf(projection)).toBe('including');
    expect(hiddenProjection(projection)).toEqual(projection);
  });

  it('that names the metadata stays as it is', () => {
    expect(hiddenProjection({ _syncMeta: 1, a: 1 })).toEqual({ _syncMeta: 1, a: 1 });
    expect(hiddenProjection({ '_syncMeta.dirty': 0 })).toEqual({ '_syncMeta.dirty': 0 });
  });
});

describe('an aggregation', () => {
  const hide = { $project: { _syncMeta: 0 } };

  it.each([
    [[], [hide]],
    [[{ $match: { a: 1 } }], [{ $match: { a: 1 } }, hide]],
    [
      [{ $match: { a: 1 } }, { $sort: { a: 1 } }, { $set: { all: '$$ROOT' } }],
      [{ $match: { a: 1 } }, { $sort: { a: 1 } }, hide, { $set: { all: '$$ROOT' } }],
    ],
    [
      [{ $group: { _id: 1, all: { $push: '$$ROOT' } } }],
      [hide, { $group: { _id: 1, all: { $push: '$$ROOT' } } }],
    ],
    [[{ $project: { a: 0 } }], [hide, { $project: { a: 0 } }]],
    [[{ $lookup: { from: 'x' } }], [hide, { $lookup: { from: 'x' } }]],
  ])('%j sees no metadata', (pipeline, hidden) => {
    expect(hiddenPipeline(pipeline)).toEqual(hidden);
  });

  it.each([
    [[{ $match: { a: 1 } }, { $group: { _id: '$a', n: { $sum: 1 } } }]],
    [[{ $project: { a: 1 } }]],
    [[{ $count: 'n' }]],
    [[{ $sortByCount: '$a' }]],
    [[{ $indexStats: {} }]],
    [[{ $changeStream: {} }, { $match: { a: 1 } }]],
  ])('%j would not show it, and stays as it is', (pipeline) => {
    expect(hiddenPipeline(pipeline)).toEqual(pipeline);
  });
});
