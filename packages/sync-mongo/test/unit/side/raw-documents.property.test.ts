import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BSON, Int32 } from 'mongodb';
import { RawDocuments } from '../../../src/side/raw-documents.js';

const texts = fc.array(fc.string(), { maxLength: 12 });

function documentsOf(names: readonly string[]): readonly Uint8Array[] {
  return names.map((name) => BSON.serialize({ name }));
}

/** The bytes of an array, as they stand in an answer. */
function arrayOf(values: readonly unknown[]): Buffer {
  return Buffer.from(BSON.serialize(Object.fromEntries(values.entries())));
}

function namesIn(documents: RawDocuments): readonly unknown[] {
  return [...documents].map((raw): unknown => BSON.deserialize(raw)['name']);
}

describe('raw documents', () => {
  it('are those of the array that they came in, or of a list', () => {
    fc.assert(
      fc.property(texts, (names) => {
        const documents = names.map((name) => ({ name }));
        expect(namesIn(RawDocuments.inArray(arrayOf(documents)))).toEqual(names);
        expect(namesIn(RawDocuments.of(documentsOf(names)))).toEqual(names);
      }),
    );
  });

  it('are cut, joined and chosen as lists are', () => {
    fc.assert(
      fc.property(texts, texts, fc.nat(12), fc.nat(12), (one, other, from, to) => {
        const [here, there] = [one, other].map((names) => RawDocuments.of(documentsOf(names)));
        if (!here || !there) throw new Error('two are made');
        expect(namesIn(here.slice(from, to))).toEqual(one.slice(from, to));
        expect(namesIn(here.concat(there))).toEqual([...one, ...other]);
        const chosen = (name: string, i: number): boolean => (name.length + i) % 3 !== to % 3;
        expect(namesIn(here.filter((i) => chosen(one[i] ?? '', i)))).toEqual(one.filter(chosen));
      }),
    );
  });

  it('hold no more than twice their bytes once they are compact', () => {
    fc.assert(
      fc.property(texts, fc.nat(12), fc.nat(12), (names, from, to) => {
        const part = RawDocuments.of(documentsOf(names)).slice(from, to);
        const compact = part.compact();
        expect(namesIn(compact)).toEqual(names.slice(from, to));
        const held = compact.length === 0 ? 0 : compact.bytesOf(0).length;
        expect(held).toBeLessThanOrEqual(2 * compact.byteCount);
      }),
    );
  });

  it('are refused where an array has anything else in it, or is not as long as it says', () => {
    const sound = arrayOf([{ name: 'a' }, { name: 'b' }]);
    const wrong = [arrayOf([new Int32(1)]), sound.subarray(0, -1), Buffer.concat([sound, sound])];
    for (const bytes of wrong) expect(() => RawDocuments.inArray(bytes)).toThrow(RangeError);
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), (at, byte) => {
        const broken = Buffer.from(sound);
        broken[at] = byte;
        try {
          for (const raw of RawDocuments.inArray(broken)) expect(raw.length).toBeLessThan(sound.length);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
