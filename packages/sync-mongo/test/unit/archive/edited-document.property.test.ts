import { describe, expect, it } from '@jest/globals';
import { type Body, SyncError } from '@bomba/sync-core';
import { type Document } from 'mongodb';
import fc from 'fast-check';
import { editedDocument } from '../../../src/archive/edited-document.js';
import { shownDocument } from '../../../src/archive/shown-document.js';
import { anyFields, anyValue } from '../bson/arbitrary-bson.js';
import { raw, rawDocument, type RawField, type RawValue, rawWithId } from '../bson/raw-bson.js';
import { unwritableField } from '../bson/unwritable-bson.js';

const id = raw.objectId(Buffer.alloc(12, 7));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** As a client over HTTP gets it, and sends it. */
const overHttp = (document: unknown): Document => JSON.parse(JSON.stringify(document)) as Document;
const shown = (state: Body): Document => overHttp(shownDocument(state));
const edited = (sent: Document, state: Body): string => hex(editedDocument(overHttp(sent), state));

/** Fields of which some may be what no driver writes. */
const storedFields: fc.Arbitrary<readonly RawField[]> = fc
  .tuple(anyFields, fc.array(unwritableField, { maxLength: 1 }))
  .map(([{ fields }, bad]) => [...fields.filter(([name]) => name !== bad[0]?.[0]), ...bad]);
const aValue = anyValue.map(({ raw: value }): RawValue => value);
const asJson = (value: RawValue): unknown => shown(rawWithId(id, [['v', value]]))['v'];

describe('a document that was shown, and is sent back over HTTP', () => {
  it('is byte for byte what it was where nothing was changed, whatever is in it', () => {
    fc.assert(
      fc.property(storedFields, (fields) => {
        const state = rawWithId(id, fields);
        expect(edited(shown(state), state)).toBe(hex(state));
      }),
      { numRuns: 2_000 },
    );
  });

  it('differs in the one field that was changed, and in nothing else', () => {
    fc.assert(
      fc.property(storedFields, fc.nat(), fc.string(), (fields, place, text) => {
        if (fields.length === 0) return;
        const at = place % fields.length;
        const name = String(fields[at]?.[0]);
        const state = rawWithId(id, fields);
        const expected = fields.map((field, i): RawField =>
          i === at ? [field[0], raw.string(text)] : field,
        );
        const sent = Object.fromEntries(
          Object.entries(shown(state)).map(([each, value]) => [each, each === name ? text : value]),
        );
        expect(edited(sent, state)).toBe(hex(rawWithId(id, expected)));
      }),
      { numRuns: 1_000 },
    );
  });

  /** Of two that are shown alike, such as NaNs of different bits, nobody can tell which one was taken out. */
  const valuesShownApart = fc.uniqueArray(aValue, {
    maxLength: 5,
    selector: (value) => JSON.stringify(asJson(value)),
  });

  it('keeps the other values of a document or list in which one was changed, removed or added', () => {
    fc.assert(
      fc.property(valuesShownApart, fc.nat(), fc.string(), (items, place, text) => {
        const at = place % (items.length + 1);
        const inList = rawWithId(id, [['in', raw.array(items)]]);
        const inDocument = rawWithId(id, [['in', raw.document(items.map((item, i) => [`f${i}`, item]))]]);
        const without = items.filter((_, i) => i !== at);
        const more = [...items.slice(0, at), raw.string(text), ...items.slice(at)];
        const list = shown(inList)['in'] as unknown[];
        const sentMore = [...list.slice(0, at), text, ...list.slice(at)];
        expect(edited({ in: sentMore }, inList)).toBe(hex(rawWithId(id, [['in', raw.array(more)]])));
        const sentLess = list.filter((_, i) => i !== at);
        expect(edited({ in: sentLess }, inList)).toBe(hex(rawWithId(id, [['in', raw.array(without)]])));
        const added = { in: { ...(shown(inDocument)['in'] as Document), added: text } };
        const fields = items.map((item, i): RawField => [`f${i}`, item]);
        expect(edited(added, inDocument)).toBe(
          hex(rawWithId(id, [['in', raw.document([...fields, ['added', raw.string(text)]])]])),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('takes over a value of another document as it was there, where extended JSON can say it', () => {
    const sayable: readonly RawValue[] = [
      ...[raw.double(0x3ff0000000000000n), raw.double(0x8000000000000000n), raw.double(0x41e65a0bc0000000n)],
      ...[raw.double(0x7ff0000000000000n), raw.int32(1), raw.int64(1n), raw.int64(2n ** 53n + 1n)],
      ...[raw.date(0n), raw.date(-1n), raw.date(253_402_300_800_000n), raw.null(), raw.boolean(false)],
      ...[raw.timestamp(2n ** 63n + 5n), raw.minKey(), raw.maxKey(), raw.symbol('s'), raw.code('c')],
      ...[raw.binary(0, Buffer.from('a')), raw.binary(4, Buffer.alloc(16, 3)), raw.regex('(?i)a', 'x')],
      ...[raw.codeWithScope('f', [['9', raw.double(0n)], ['a', raw.int64(3n)]]), id, raw.string('é')], // prettier-ignore
      raw.document([['price', raw.double(0n)], ['list', raw.array([raw.int64(-1n)])]]), // prettier-ignore
    ];
    for (const value of sayable) {
      const sent = { moved: asJson(value) };
      expect(edited(sent, rawDocument([['_id', id]]))).toBe(hex(rawWithId(id, [['moved', value]])));
    }
  });
});

describe('an edit', () => {
  const state = rawWithId(id, [['n', raw.int64(2n ** 60n + 1n)], ['who', raw.string('tea')]]); // prettier-ignore

  it('shows whole numbers beyond what JavaScript counts to as they are', () => {
    expect(shown(state)['n']).toEqual({ $numberLong: '1152921504606846977' });
  });

  it('keeps the _id, whatever is sent, and takes no metadata', () => {
    expect(edited({ _id: 5, n: 1, _syncMeta: { dirty: 1 } }, state)).toBe(
      hex(rawWithId(id, [['n', raw.int32(1)]])),
    );
  });

  it('keeps the place of each field, though JSON puts names that are numbers first', () => {
    const named = rawWithId(id, [['b', raw.null()], ['10', raw.int32(1)], ['9', raw.int32(2)]]); // prettier-ignore
    expect(edited({ ...shown(named), b: 'now' }, named)).toBe(
      hex(rawWithId(id, [['b', raw.string('now')], ['10', raw.int32(1)], ['9', raw.int32(2)]])), // prettier-ignore
    );
  });

  it('mends a value that no driver can write, beside one that is left as it is', () => {
    const broken = rawWithId(id, [['when', raw.date(2n ** 62n)], ['other', raw.undefined()]]); // prettier-ignore
    expect(edited({ ...shown(broken), when: { $date: '2026-01-01T00:00:00Z' } }, broken)).toBe(
      hex(rawWithId(id, [['when', raw.date(1_767_225_600_000n)], ['other', raw.undefined()]])), // prettier-ignore
    );
  });

  it('leaves a document alone whose names look like extended JSON', () => {
    const odd = rawWithId(id, [['o', raw.document([['$oid', raw.string('a')]])]]); // prettier-ignore
    expect(edited({ ...shown(odd), o: { $oid: 'b' } }, odd)).toBe(
      hex(rawWithId(id, [['o', raw.document([['$oid', raw.string('b')]])]])), // prettier-ignore
    );
  });

  it('takes values of BSON as they are, where it does not come over HTTP', () => {
    const sent = { n: new Date(5), who: Buffer.from('a') };
    expect(hex(editedDocument(sent, state))).toBe(
      hex(rawWithId(id, [['n', raw.date(5n)], ['who', raw.binary(0, Buffer.from('a'))]])), // prettier-ignore
    );
  });

  it.each([
    [{ $oid: 'x' }],
    [{ $numberInt: '5000000000' }],
    [{ $numberLong: '99999999999999999999' }],
    [{ $numberDouble: 'x' }],
    [{ $date: 'x' }],
    [{ $unreadable: 'BSON type 6' }],
    [{ $regularExpression: { pattern: 'a', options: 'g' } }],
    [{ $code: 'f', $scope: 1 }],
  ])('refuses %j, naming the field', (value) => {
    const [code, message] = refusalOf(() => editedDocument({ who: [value] }, state));
    expect(code).toBe('SYNC_WRITE_NOT_EXACT');
    expect(message).toContain('"who.0');
  });
});

function refusalOf(run: () => unknown): readonly [code: string, message: string] {
  try {
    run();
  } catch (error) {
    if (error instanceof SyncError) return [error.code, error.message];
    throw error;
  }
  return ['none', ''];
}
