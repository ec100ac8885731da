import { describe, expect, it } from '@jest/globals';
import { BSON, DBRef, Double, type Document, ObjectId } from 'mongodb';
import fc from 'fast-check';
import { documentKeyOf } from '../../../src/bson/document-key.js';
import { elementsOf, toOrderedDocument } from '../../../src/bson/elements.js';
import { joinDocument } from '../../../src/bson/join-document.js';
import { splitDocument } from '../../../src/bson/split-document.js';
import { storedDocument } from './arbitrary-document.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const META: Document = { stamp: 'any', version: 3 };

/** The `_id` by the driver's own decoder, which takes a document with `$ref` and `$id` for a DBRef. */
function idOf(bytes: Uint8Array): unknown {
  const decoded: Document = BSON.deserialize(bytes);
  return decoded instanceof DBRef ? decoded.fields['_id'] : decoded['_id'];
}

/** A document with its metadata at some place among its fields, as an update can put it. */
function withMetadata(body: Uint8Array, place: number): Uint8Array {
  const fields = [...toOrderedDocument(body)];
  fields.splice(Math.min(place, fields.length), 0, ['_syncMeta', META]);
  return BSON.serialize(new Map(fields));
}

describe('a document that is taken apart', () => {
  it('is byte for byte the same when the driver writes it back', () => {
    fc.assert(
      fc.property(storedDocument, (bytes) => {
        expect(hex(BSON.serialize(toOrderedDocument(bytes)))).toBe(hex(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('gives back its body without the metadata, wherever that stands, and the metadata', () => {
    fc.assert(
      fc.property(storedDocument, fc.nat({ max: 8 }), (bytes, place) => {
        const { body, meta, id } = splitDocument(withMetadata(bytes, place));
        expect(hex(body)).toBe(hex(bytes));
        expect(meta).toEqual(META);
        expect(documentKeyOf('items', id)).toBe(documentKeyOf('items', idOf(bytes)));
      }),
      { numRuns: 300 },
    );
  });

  it('has the same body when it is joined with other metadata, written, read, and taken apart again', () => {
    fc.assert(
      fc.property(storedDocument, (bytes) => {
        const raw = BSON.serialize(joinDocument(bytes, META));
        const again = splitDocument(raw);
        expect(hex(again.body)).toBe(hex(bytes));
        expect(hex(BSON.serialize(joinDocument(again.body, META)))).toBe(hex(raw));
      }),
      { numRuns: 300 },
    );
  });

  it('is read right from the middle of a larger buffer, as the driver hands it out', () => {
    fc.assert(
      fc.property(storedDocument, fc.uint8Array({ minLength: 1, maxLength: 9 }), (bytes, before) => {
        const frame = Buffer.concat([before, withMetadata(bytes, 1), before]);
        const raw = frame.subarray(before.length, frame.length - before.length);
        expect(hex(splitDocument(raw).body)).toBe(hex(bytes));
        expect(elementsOf(raw).map(({ name }) => name)).toContain('_syncMeta');
      }),
    );
  });

  it('keeps fields in their order, numbers of any type, and names that an object would take for something else', () => {
    const fields = new Map<string, unknown>([
      ['_id', new ObjectId()],
      ['10', 'ten'],
      ['9', new Double(1)],
      ['__proto__', { polluted: true }],
      ['', 'empty'],
    ]);
    const bytes = BSON.serialize(fields);
    expect([...toOrderedDocument(bytes).keys()]).toEqual([...fields.keys()]);
    expect(hex(BSON.serialize(toOrderedDocument(bytes)))).toBe(hex(bytes));
    expect(({} as Document)['polluted']).toBeUndefined();
  });

  it('has no metadata where that field is absent or no document', () => {
    const plain = BSON.serialize({ _id: 1, a: 1 });
    expect(splitDocument(plain)).toMatchObject({ meta: null });
    const { body, meta } = splitDocument(BSON.serialize({ _id: 1, a: 1, _syncMeta: 'text' }));
    expect(meta).toBeNull();
    expect(hex(body)).toBe(hex(plain));
  });
});
