import fc from 'fast-check';
import { bytesOf, fieldName, int64, LAST_DATE_MS } from './arbitrary-bson.js';
import { raw, type RawField, type RawValue } from './raw-bson.js';

/** What servers store and a driver of today cannot write as it is. */
const unwritable: fc.Arbitrary<RawValue> = fc.oneof(
  fc.constant(raw.undefined()),
  bytesOf(12).map((id) => raw.pointer('items', id)),
  int64.map((ms) => raw.date(ms < 0n ? ms - LAST_DATE_MS - 1n : ms + LAST_DATE_MS + 1n)).filter(isFar),
  fc.constantFrom(raw.regex('a', 'mi'), raw.regex('a', 'g'), raw.regex('a', 'ii!')),
  fc.constantFrom(Buffer.from([0xff]), Buffer.from([0xf0, 0x9f, 0x98])).map(raw.string),
  fc.constant(raw.binary(9, Buffer.from([3, 7, 1]))), // a vector of whole bytes has no padding
  fc.constant(raw.numbered([['0', raw.int32(1)], ['5', raw.int32(2)]])), // prettier-ignore
  fc.constant(raw.document([['a', raw.int32(1)], ['b', raw.null()], ['a', raw.int32(2)]])), // prettier-ignore
  fc.constant(raw.document([[Buffer.from([0xf0, 0x9f, 0x98]), raw.null()]])),
);

/** Dates wrap around where they are moved beyond 64 bits. */
function isFar({ bytes }: RawValue): boolean {
  const ms = Buffer.from(bytes).readBigInt64LE();
  return ms > LAST_DATE_MS || ms < -LAST_DATE_MS;
}

/** A field, somewhere deep in a document, that cannot be written as it is. */
export const unwritableField: fc.Arbitrary<RawField> = fc
  .tuple(fieldName, unwritable, fc.array(fc.constantFrom('document', 'array', 'scope'), { maxLength: 3 }))
  .map(([name, bad, path]) => {
    const wrapped = path.reduce(
      (inner, way): RawValue =>
        way === 'document'
          ? raw.document([['x', raw.int32(1)], ['in', inner]]) // prettier-ignore
          : way === 'array'
            ? raw.array([raw.null(), inner])
            : raw.codeWithScope('f', [['in', inner]]),
      bad,
    );
    return [name === '_id' || name === '_syncMeta' ? 'other' : name, wrapped];
  });
