import { describe, expect, it } from '@jest/globals';
import { builtOperations } from '../../../../src/capture/builder/built-operations.js';

describe('what a bulk builder has gathered', () => {
  it('is a bulk in the order of the application, with all that was said of each operation', () => {
    const sort = { a: 1 };
    const batches = [
      { batchType: 1, operations: [{ _id: 1 }, { _id: 2 }], originalIndexes: [0, 4] },
      {
        batchType: 2,
        operations: [
          { q: { a: 1 }, u: { $set: { b: 1 } }, multi: true, collation: { locale: 'de' } },
          { q: { a: 2 }, u: [{ $set: { b: 1 } }], multi: false, arrayFilters: [] },
          { q: { a: 3 }, u: { b: 1 }, multi: false, upsert: true, sort },
          { q: { a: 4 }, u: {}, multi: false },
        ],
        originalIndexes: [1, 3, 5, 6],
      },
      {
        batchType: 3,
        operations: [
          { q: { a: 5 }, limit: 1, hint: 'a_1' },
          { q: { a: 6 }, limit: 0 },
        ],
        originalIndexes: [2, 7],
      },
    ];
    expect(builtOperations(batches)).toEqual([
      { insertOne: { document: { _id: 1 } } },
      { updateMany: { filter: { a: 1 }, update: { $set: { b: 1 } }, collation: { locale: 'de' } } },
      { deleteOne: { filter: { a: 5 }, hint: 'a_1' } },
      { updateOne: { filter: { a: 2 }, update: [{ $set: { b: 1 } }], arrayFilters: [] } },
      { insertOne: { document: { _id: 2 } } },
      { replaceOne: { filter: { a: 3 }, replacement: { b: 1 }, upsert: true, sort } },
      { replaceOne: { filter: { a: 4 }, replacement: {} } },
      { deleteMany: { filter: { a: 6 } } },
    ]);
  });
});
