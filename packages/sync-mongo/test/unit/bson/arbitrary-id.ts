import {
  Binary,
  BSONRegExp,
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

/** An `_id`, and what makes it the same as another: its class of types in the server's order, and its value there. */
export interface AnyId {
  readonly id: unknown;
  readonly identity: string;
}

const as = (kind: string, value: unknown): string => `${kind} ${String(value)}`;

/** One whole number in every BSON type that can hold it. */
const wholeNumber = fc
  .integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
  .chain((value) =>
    fc
      .constantFrom<unknown>(
        value,
        BigInt(value),
        new Int32(value),
        new Double(value),
        Long.fromNumber(value),
        Decimal128.fromString(String(value)),
        Decimal128.fromString(`${value}.000`),
        Decimal128.fromString(`${value}0E-1`),
      )
      .map((id) => ({ id, identity: as('number', value) })),
  );

/** A multiple of 1/1024: exact in binary and in ten decimal digits. */
const fraction = fc.integer({ min: -(2 ** 30), max: 2 ** 30 }).chain((thousand) => {
  const value = thousand / 1024;
  return fc
    .constantFrom<unknown>(value, new Double(value), Decimal128.fromString(value.toFixed(10)))
    .map((id) => ({ id, identity: as('number', value === 0 ? 0 : value) }));
});

const long = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .chain((value) =>
    fc
      .constantFrom<unknown>(Long.fromBigInt(value), Decimal128.fromString(String(value)))
      .map((id) => ({ id, identity: as('number', value) })),
  );

const special = fc.constantFrom<AnyId>(
  { id: Number.NaN, identity: 'number NaN' },
  { id: Decimal128.fromString('NaN'), identity: 'number NaN' },
  { id: Number.POSITIVE_INFINITY, identity: 'number Infinity' },
  { id: Decimal128.fromString('-Infinity'), identity: 'number -Infinity' },
  { id: -0, identity: 'number 0' },
  { id: Decimal128.fromString('-0E+3'), identity: 'number 0' },
  { id: null, identity: 'null' },
  { id: new MinKey(), identity: 'minkey' },
  { id: new MaxKey(), identity: 'maxkey' },
  { id: true, identity: 'bool true' },
  { id: false, identity: 'bool false' },
);

const hexOfObjectId = fc
  .uint8Array({ minLength: 12, maxLength: 12 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));

const text = fc.oneof(fc.string({ unit: 'grapheme' }), hexOfObjectId, fc.integer().map(String));
const scalar: fc.Arbitrary<AnyId> = fc.oneof(
  wholeNumber,
  fraction,
  long,
  special,
  text.map((value) => ({ id: value, identity: as('string', value) })),
  hexOfObjectId.map((hex) => ({ id: ObjectId.createFromHexString(hex), identity: as('objectid', hex) })),
  fc.integer({ min: -1e12, max: 1e12 }).map((ms) => ({ id: new Date(ms), identity: as('date', ms) })),
  fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.constantFrom(0, 4, 5, 128)).map(([bytes, subtype]) => ({
    id: new Binary(bytes, subtype),
    identity: as(`binary ${subtype}`, Buffer.from(bytes).toString('hex')),
  })),
  fc
    .tuple(fc.nat(), fc.nat())
    .map(([t, i]) => ({ id: new Timestamp({ t, i }), identity: as('timestamp', `${t} ${i}`) })),
  fc.tuple(fc.string(), fc.constantFrom('', 'i', 'im')).map(([pattern, options]) => ({
    id: new BSONRegExp(pattern.replaceAll('\0', ''), options),
    identity: as('regex', `${pattern.replaceAll('\0', '')} / ${options}`),
  })),
);

const fieldName = fc.oneof(
  fc.constantFrom('', '__proto__', '10', '9', '$x', 'a.b'),
  fc.string().map((name) => name.replaceAll('\0', '')),
);

/** Any `_id` that the server takes, of each type, some of them the same value in another type. */
export const anyId: fc.Arbitrary<AnyId> = fc.letrec<{ id: AnyId; document: AnyId }>((tie) => ({
  id: fc.oneof({ maxDepth: 3 }, scalar, tie('document')),
  document: fc
    .uniqueArray(fc.tuple(fieldName, tie('id')), { maxLength: 3, selector: ([name]) => name })
    .map((fields) => ({
      id: new Map(fields.map(([name, { id }]) => [name, id])),
      identity: `document ${JSON.stringify(fields.map(([name, { identity }]) => [name, identity]))}`,
    })),
})).id;

/** Two `_id`s, often of one value. */
export const twoIds: fc.Arbitrary<readonly [AnyId, AnyId]> = fc.oneof(
  fc.tuple(anyId, anyId),
  fc.integer({ min: -3, max: 3 }).chain(sameNumberTwice),
  anyId.map((same) => [same, same] as const),
);

function sameNumberTwice(value: number): fc.Arbitrary<readonly [AnyId, AnyId]> {
  const forms = [
    value,
    new Int32(value),
    new Double(value),
    Long.fromNumber(value),
    Decimal128.fromString(`${value}.0`),
  ];
  const form = fc.constantFrom<unknown>(...forms, String(value)).map((id) => ({
    id,
    identity: as(typeof id === 'string' ? 'string' : 'number', value),
  }));
  return fc.tuple(form, form);
}
