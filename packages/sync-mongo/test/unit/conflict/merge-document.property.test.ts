import { describe, expect, it } from '@jest/globals';
import { BSON, Double, Int32, Long, ObjectId } from 'mongodb';
import fc from 'fast-check';
import { mergeDocument, toPlainDocument } from '../../../src/conflict/merge-document.js';
import { storedDocument } from '../bson/arbitrary-document.js';

const _id = new ObjectId();
const bytes = (document: object): Uint8Array => BSON.serialize({ _id, ...document });
const hex = (body: Uint8Array): string => Buffer.from(body).toString('hex');
const exact = (body: Uint8Array): string =>
  BSON.EJSON.stringify(BSON.deserialize(body, { promoteValues: false }), { relaxed: false });

describe('mergeDocument', () => {
  it('gives the very bytes of a state that the strategy returned, whatever its types', () => {
    fc.assert(
      fc.property(storedDocument, (body) => {
        const other = bytes({ other: true });
        expect(hex(mergeDocument(toPlainDocument(body), [body, other]))).toBe(hex(body));
      }),
    );
  });

  it('keeps the exact types of the fields that it took over from either state', () => {
    const local = bytes({ price: new Double(1), count: new Int32(2), note: 'ours' });
    const atlas = bytes({ price: new Double(3), total: Long.fromNumber(5), note: 'theirs' });
    const [ours, theirs] = [toPlainDocument(local), toPlainDocument(atlas)];
    const made = mergeDocument({ ...theirs, ...ours, note: 'both' }, [local, atlas]);
    expect(exact(made)).toBe(
      exact(bytes({ price: new Double(1), total: Long.fromNumber(5), note: 'both', count: new Int32(2) })),
    );
  });

  it('keeps exact types in nested documents and in lists whose entries have moved', () => {
    const local = bytes({
      lines: [{ n: new Double(1) }],
      tags: [new Double(1), 'a'],
      at: { x: new Double(0), y: 1 },
    });
    const atlas = bytes({
      lines: [{ n: new Double(2) }],
      tags: ['b', new Double(2)],
      at: { x: new Double(4), y: 2 },
    });
    const made = mergeDocument(
      { _id, lines: [{ n: 2, seen: true }], tags: ['b', 2, 1, 'a'], at: { x: 0, y: 3 } },
      [local, atlas],
    );
    expect(exact(made)).toBe(
      exact(
        bytes({
          lines: [{ n: new Double(2), seen: true }],
          tags: ['b', new Double(2), new Double(1), 'a'],
          at: { x: new Double(0), y: new Int32(3) },
        }),
      ),
    );
  });

  it('takes no document for a reference, whatever its fields are called', () => {
    const state = bytes({ $ref: 'a', $id: 1, n: 2 });
    expect(toPlainDocument(state)).toEqual({ _id, $ref: 'a', $id: 1, n: 2 });
    expect(hex(mergeDocument({ ...toPlainDocument(state) }, [state]))).toBe(hex(state));
  });

  it('puts the _id back where the strategy left it out, and refuses another one', () => {
    const state = bytes({ a: 1 });
    expect(toPlainDocument(mergeDocument({ a: 2 }, [state]))).toEqual({ _id, a: 2 });
    expect(() => mergeDocument({ _id: new ObjectId(), a: 2 }, [state])).toThrow(TypeError);
  });

  it('takes out metadata that a strategy brings along', () => {
    expect(toPlainDocument(mergeDocument({ a: 2, _syncMeta: { dirty: 1 } }, [bytes({ a: 1 })]))).toEqual({
      _id,
      a: 2,
    });
  });
});
