import { describe, expect, it } from '@jest/globals';
import { writingStageOf } from '../../../../src/capture/aggregate/writing-stage.js';

describe('the stage by which a pipeline writes', () => {
  it.each([
    [{ $merge: 'bills' }, '$merge', 'shop', 'bills'],
    [{ $merge: { into: 'bills', on: 'number' } }, '$merge', 'shop', 'bills'],
    [{ $merge: { into: { db: 'other', coll: 'bills' } } }, '$merge', 'other', 'bills'],
    [{ $merge: { into: { coll: 'bills' } } }, '$merge', 'shop', 'bills'],
    [{ $out: 'bills' }, '$out', 'shop', 'bills'],
    [{ $out: { db: 'other', coll: 'bills' } }, '$out', 'other', 'bills'],
  ])('%j names its collection', (stage, operator, dbName, collection) => {
    expect(writingStageOf([{ $match: {} }, stage], 'shop')).toMatchObject({ operator, dbName, collection });
  });

  it.each([
    [[]],
    [[{ $match: {} }]],
    [[{ $merge: { into: 7 } }]],
    [[{ $out: { db: 'x', coll: 'y', timeseries: {} } }]],
    [[null]],
  ])('is none in %j', (pipeline) => {
    expect(writingStageOf(pipeline, 'shop')).toBeNull();
  });
});
