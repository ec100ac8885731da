import { describe, expect, it } from '@jest/globals';
import { isSyncError } from '@bomba/sync-core';
import { BSON, type Document } from 'mongodb';
import fc from 'fast-check';
import { toOrderedDocument } from '../../../src/bson/elements.js';
import { joinDocument } from '../../../src/bson/join-document.js';
import { splitDocument } from '../../../src/bson/split-document.js';
import { anyFields } from './arbitrary-bson.js';
import { raw, rawDocument, type RawField, rawWithId } from './raw-bson.js';
import { unwritableField } from './unwritable-bson.js';

const META: Document = { stamp: 'any', version: 3 };
const id = raw.int32(7);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const writtenAgain = (bytes: Uint8Array): string => hex(BSON.serialize(toOrderedDocument(bytes)));

describe('a document of any types and names', () => {
  it('is what the driver makes of the same values: the witness is right', () => {
    fc.assert(
      fc.property(anyFields, ({ document, fields }) => {
        expect(hex(BSON.serialize(document))).toBe(hex(rawDocument(fields)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is written back byte for byte, alone and with metadata', () => {
    fc.assert(
      fc.property(anyFields, ({ fields }) => {
        const bytes = rawWithId(id, fields);
        expect(writtenAgain(bytes)).toBe(hex(bytes));
        const stored = BSON.serialize(joinDocument(bytes, META));
        const { body, meta } = splitDocument(stored);
        expect([hex(body), meta]).toEqual([hex(bytes), META]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('leaves the prototypes of objects and arrays as they are', () => {
    const before = [Object.prototype, Array.prototype, Map.prototype].map(Object.getOwnPropertyNames);
    fc.assert(
      fc.property(anyFields, ({ fields }) => {
        toOrderedDocument(rawWithId(id, fields));
      }),
    );
    const polluting = rawWithId(id, [['__proto__', raw.document([['polluted', raw.boolean(true)]])]]);
    expect(writtenAgain(polluting)).toBe(hex(polluting));
    expect(({} as Document)['polluted']).toBeUndefined();
    const after = [Object.prototype, Array.prototype, Map.prototype].map(Object.getOwnPropertyNames);
    expect(after).toEqual(before);
  });

  it('keeps its bytes in a hundred levels', () => {
    const deep = Array.from({ length: 99 }).reduce<ReturnType<typeof raw.document>>(
      (inner, _, i) => (i % 2 === 0 ? raw.document([['d', inner]]) : raw.array([inner])),
      raw.document([['10', raw.double(0x3ff0000000000000n)], ['9', raw.int64(1n)]]), // prettier-ignore
    );
    const bytes = rawWithId(id, [['deep', deep]]);
    expect(writtenAgain(bytes)).toBe(hex(bytes));
  });
});

describe('a document with a value that the driver cannot write as it is', () => {
  it('is told by its code and the field, wherever that stands, and never altered', () => {
    fc.assert(
      fc.property(anyFields, unwritableField, fc.nat(), ({ fields }, bad, place) => {
        const others = fields.filter(([name]) => name !== bad[0]);
        const all: RawField[] = [...others];
        all.splice(place % (others.length + 1), 0, bad);
        const error = errorOf(() => toOrderedDocument(rawWithId(id, all)));
        expect(isSyncError(error, 'SYNC_WRITE_NOT_EXACT') && error.message).toContain(`"${String(bad[0])}`);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is told where a name is there twice', () => {
    const twice = rawWithId(id, [['a', raw.int32(1)], ['a', raw.int32(2)]]); // prettier-ignore
    expect(errorOf(() => toOrderedDocument(twice))).toMatchObject({ code: 'SYNC_WRITE_NOT_EXACT' });
  });

  it('is either written back as it is or told, whatever the bytes of its value are', () => {
    const anyBytes = fc.tuple(
      fc.oneof(fc.nat({ max: 255 }), fc.integer({ min: 1, max: 19 })),
      fc
        .constantFrom(0, 1, 4, 8, 12, 16, 24)
        .chain((length) => fc.uint8Array({ maxLength: length, minLength: length })),
    );
    let [exact, told] = [0, 0];
    fc.assert(
      fc.property(anyBytes, ([type, bytes]) => {
        const document = rawWithId(id, [['a', { type, bytes }]]);
        const error = errorOf(() => expect(writtenAgain(document)).toBe(hex(document)));
        if (error === null) exact++;
        else told++;
        expect(error === null || isSyncError(error, 'SYNC_WRITE_NOT_EXACT')).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(exact, told)).toBeGreaterThan(100);
  });
});

function errorOf(run: () => unknown): unknown {
  try {
    run();
    return null;
  } catch (error) {
    return error;
  }
}
