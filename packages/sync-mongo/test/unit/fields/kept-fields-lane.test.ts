import { describe, expect, it } from '@jest/globals';
import { createDocumentKey, type ModelLane, type ModelOperation, type ResultOf } from '@bomba/sync-core';
import { BSON, MongoClient } from 'mongodb';
import { noneExcluded } from '../../../src/fields/excluded-fields.js';
import { KeptFieldsLane } from '../../../src/fields/kept-fields-lane.js';

describe('a lane that shows models excluded fields', () => {
  it('is passed by where none are excluded anywhere', async () => {
    const seen: unknown[] = [];
    const made: unknown[] = [];
    const models: ModelLane = {
      run: <O extends ModelOperation>(operation: O) => {
        seen.push(operation);
        return Promise.resolve(made as unknown as ResultOf<O>);
      },
    };
    const db = new MongoClient('mongodb://127.0.0.1:1').db('never-read');
    const entry = { key: createDocumentKey('staff', 'int:1'), body: BSON.serialize({ _id: 1 }) };
    const operation: ModelOperation = {
      ...{ side: 'model', op: 'pass' },
      entries: [{ ...entry, logic: 'check', previous: 'unknown', isRepeated: false }],
    };
    const result = await new KeptFieldsLane(models, { db, excluded: noneExcluded }).run(operation);
    expect(seen).toEqual([operation]);
    expect(seen[0]).toBe(operation);
    expect(result).toBe(made);
  });
});
