import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Schema } from 'mongoose';
import { anyValue, type TwinValue } from '../bson/arbitrary-bson.js';
import { raw, rawDocument, type RawField } from '../bson/raw-bson.js';
import { probeLane } from './probe-lane.js';

const { Mixed } = Schema.Types;

/** A model of which every field takes any value, and whose hooks read and leave all as it is. */
function openSchema(): Schema {
  const row = new Schema({ value: Mixed }, { _id: false });
  const schema = new Schema({ mixed: Mixed, list: [Mixed], inner: { value: Mixed }, rows: [row] });
  schema.pre('save', function () {
    for (const path of ['mixed', 'list', 'inner.value', 'rows']) this.get(path);
  });
  return schema;
}

const fieldsOf = (a: TwinValue, b: TwinValue): readonly RawField[] => [
  ['_id', raw.int32(1)],
  ['unknown', a.raw],
  ['mixed', a.raw],
  ['list', raw.array([b.raw, a.raw])],
  ['inner', raw.document([['value', b.raw]])],
  ['rows', raw.array([raw.document([['value', a.raw]])])],
];

describe('a state of any values', () => {
  it.each(['unknown', 'none'] as const)(
    'is the very bytes that came where hooks leave it as it is (what was there before: %s)',
    async (previous) => {
      const { pass } = probeLane(openSchema());
      await fc.assert(
        fc.asyncProperty(anyValue, anyValue, async (a, b) => {
          const state = rawDocument(fieldsOf(a, b));
          const result = await pass(state, { previous });
          expect(result instanceof Uint8Array ? hexOf(result) : result).toBe(hexOf(state));
        }),
        { numRuns: 300 },
      );
    },
  );

  it('is the very bytes that came where hooks leave alone what a foreign hand has changed', async () => {
    const { pass } = probeLane(openSchema());
    await fc.assert(
      fc.asyncProperty(anyValue, anyValue, anyValue, async (a, b, c) => {
        const [before, state] = [rawDocument(fieldsOf(a, b)), rawDocument(fieldsOf(c, b))];
        const result = await pass(state, { previous: before });
        expect(result instanceof Uint8Array ? hexOf(result) : result).toBe(hexOf(state));
      }),
      { numRuns: 300 },
    );
  });
});

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
