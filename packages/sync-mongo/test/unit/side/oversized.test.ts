import { describe, expect, it } from '@jest/globals';
import { oversized } from '../../../src/side/oversized.js';

const MAX_BYTES = 16 * 1024 * 1024;
const ofSize = (bytes: number): Map<string, unknown> => new Map([['text', 'x'.repeat(bytes)]]);

describe('what is too large to be sent', () => {
  it('is found by its place in the bulk, whatever its form', () => {
    const operations = [
      { insertOne: { document: ofSize(10) } },
      { insertOne: { document: ofSize(MAX_BYTES) } },
      { deleteOne: { filter: { _id: 1 } } },
      { replaceOne: { filter: { _id: 2 }, replacement: ofSize(MAX_BYTES) } },
      { updateOne: { filter: { _id: 3 }, update: { $set: { text: 'x'.repeat(MAX_BYTES - 1_000) } } } },
    ];
    expect(oversized(operations as unknown as Parameters<typeof oversized>[0])).toEqual(new Set([1, 3]));
  });
});
