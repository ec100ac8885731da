import { describe, expect, it } from '@jest/globals';
import { BSON } from 'mongodb';
import fc from 'fast-check';
import { elementsOf, valueOf } from '../../../src/bson/elements.js';
import { fidelity } from '../../../src/bson/fidelity.js';
import { quickValue } from '../../../src/bson/quick-value.js';
import { alone } from '../../../src/bson/alone.js';
import { anyFields } from './arbitrary-bson.js';
import { raw, rawWithId } from './raw-bson.js';

const id = raw.int32(7);

/** Where the driver says that the fields of a document are. */
function elementsByDriver(bytes: Uint8Array): readonly (readonly number[])[] {
  return [...BSON.onDemand.parseToElements(bytes)].map(([type, name, , at, length]) => [type, name - 1, at, at + length]); // prettier-ignore
}

describe('a value that is read from where it stands', () => {
  it('is what the driver decodes, of the same kind, wherever it is read that way', () => {
    let quickCount = 0;
    fc.assert(
      fc.property(anyFields, ({ fields }) => {
        const bytes = rawWithId(id, fields);
        for (const element of elementsOf(bytes)) {
          const quick = quickValue(bytes, element);
          if (quick === undefined) continue;
          quickCount++;
          const value = alone(element.type, bytes.subarray(element.valueStart, element.end));
          const decoded: unknown = BSON.deserialize(value, fidelity)[''];
          expect(quick).toStrictEqual(decoded);
          expect(valueOf(bytes, element)).toStrictEqual(decoded);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(quickCount).toBeGreaterThan(1_000);
  });

  it('stands where the driver finds it', () => {
    fc.assert(
      fc.property(anyFields, ({ fields }) => {
        const bytes = rawWithId(id, fields);
        const found = elementsOf(bytes).map(({ type, start, valueStart, end }) => [
          type,
          start,
          valueStart,
          end,
        ]);
        expect(found).toEqual(elementsByDriver(bytes));
      }),
      { numRuns: 1_000 },
    );
  });
});
