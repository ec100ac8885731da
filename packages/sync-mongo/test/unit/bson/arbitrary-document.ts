import {
  Binary,
  BSON,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb';
import fc from 'fast-check';

const value = fc.letrec<{ any: unknown; document: unknown; array: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.string({ unit: 'grapheme' }),
    fc.integer().map((n) => new Int32(n)),
    fc.double().map((n) => new Double(n)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => Long.fromBigInt(n)),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Decimal128(bytes)),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => new Binary(bytes, 0)),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Binary(bytes, 4)),
    fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
    fc.date({ noInvalidDate: true }),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom(new MinKey(), new MaxKey(), new Code('x'), new BSONSymbol('s')),
    fc.tuple(fc.nat(), fc.nat()).map(([t, i]) => new Timestamp({ t, i })),
    fc.constantFrom(new BSONRegExp('^a.b', 'im'), new BSONRegExp('', '')),
    tie('document'),
    tie('array'),
  ),
  document: fc
    .uniqueArray(fc.tuple(fieldName(), tie('any')), { maxLength: 4, selector: ([name]) => name })
    .map((fields) => new Map(fields)),
  array: fc.array(tie('any'), { maxLength: 4 }),
})).any;

function fieldName(): fc.Arbitrary<string> {
  const odd = [
    '',
    '0',
    '9',
    '10',
    '2',
    '__proto__',
    'constructor',
    '$set',
    '$ref',
    '$id',
    'a.b',
    '_bsontype',
    'قهوة',
  ];
  return fc.oneof(
    fc.constantFrom(...odd),
    fc.string().map((name) => name.replaceAll('\0', '')),
  );
}

/** The bytes of a document as an application may store it: all types, all names, in any order. */
export const storedDocument: fc.Arbitrary<Uint8Array> = fc
  .uniqueArray(fc.tuple(fieldName(), value), { maxLength: 8, selector: ([name]) => name })
  .map((fields) => fields.filter(([name]) => name !== '_id' && name !== '_syncMeta'))
  .map((fields) => BSON.serialize(new Map<string, unknown>([['_id', new ObjectId()], ...fields])));
