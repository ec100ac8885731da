import {
  Binary,
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
import { raw, type RawField, type RawValue } from './raw-bson.js';

/** A value twice: as the driver takes it from an application, and as the bytes that are to be stored. */
export interface TwinValue {
  readonly value: unknown;
  readonly raw: RawValue;
  /** What it is an example of, for a report. */
  readonly kind: string;
}

/** A document twice. */
export interface TwinDocument {
  readonly document: Map<string, unknown>;
  readonly fields: readonly RawField[];
  readonly kinds: readonly string[];
}

/** A value of both kinds. */
export const twin = (kind: string, value: unknown, of: RawValue): TwinValue => ({ kind, value, raw: of });
/** That many bytes. */
export const bytesOf = (length: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes));
const upTo = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));
/** Whole numbers of 64 bits, with those at the limits. */
export const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(1n, 0n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)),
);
/** The last moment that JavaScript has a date for; the first one is as far before 1970. */
export const LAST_DATE_MS = 8_640_000_000_000_000n;

/** 1.0, minus zero, the infinities, and NaNs of all kinds: quiet and signalling, of either sign, with a payload. */
const oddDoubles = [
  ...[0x3ff0000000000000n, 0x8000000000000000n, 0x7ff0000000000000n, 0xfff0000000000000n],
  ...[
    0x7ff8000000000000n,
    0xfff8000000000000n,
    0x7ff8000000000123n,
    0x7ff0000000000001n,
    0xfff4000000000777n,
  ],
];
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', 'a\0b', '\ufefftext', '\ufffd', '0123456789abcdef01234567', 'قهوة ☕'),
);
const noNul = text.map((each) => each.replaceAll('\0', ''));

/** The double of these bits. */
export function double(bits: bigint): TwinValue {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return twin('double', new Double(view.getFloat64(0)), raw.double(bits));
}

const scalar: fc.Arbitrary<TwinValue> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(double),
  fc.constantFrom(...oddDoubles).map(double),
  fc.integer().map((n) => twin('int32', new Int32(n), raw.int32(n))),
  fc.integer({ min: -2, max: 2 }).map((n) => twin('int32', new Int32(n), raw.int32(n))),
  int64.map((n) => twin('int64', Long.fromBigInt(n), raw.int64(n))),
  bytesOf(16).map((bytes) => twin('decimal', new Decimal128(bytes), raw.decimal(bytes))),
  text.map((each) => twin('string', each, raw.string(each))),
  text.map((each) => twin('symbol', new BSONSymbol(each), raw.symbol(each))),
  text.map((each) => twin('code', new Code(each), raw.code(each))),
  fc
    .tuple(fc.constantFrom(0, 1, 3, 4, 5, 6, 7, 8, 128, 200, 255), fc.oneof(upTo(24), bytesOf(16)))
    .map(([subtype, bytes]) =>
      twin(`binary ${subtype}`, new Binary(bytes, subtype), raw.binary(subtype, bytes)),
    ),
  upTo(20).map((bytes) => twin('binary 2', new Binary(bytes, 2), raw.oldBinary(bytes))),
  upTo(8).map((bytes) => vector(Buffer.concat([Buffer.from([3, 0]), bytes]))),
  bytesOf(12).map((bytes) => twin('objectId', new ObjectId(bytes), raw.objectId(bytes))),
  fc.boolean().map((is) => twin('boolean', is, raw.boolean(is))),
  fc
    .oneof(
      fc.bigInt({ min: -LAST_DATE_MS, max: LAST_DATE_MS }),
      fc.constantFrom(-1n, 0n, LAST_DATE_MS, -LAST_DATE_MS),
    )
    .map((ms) => twin('date', new Date(Number(ms)), raw.date(ms))),
  fc.constant(twin('null', null, raw.null())),
  fc
    .tuple(
      fc.oneof(noNul, fc.constantFrom('(?i)^a', '(?<n', '[[:alpha:]]')),
      fc.subarray(['i', 'l', 'm', 's', 'u', 'x']),
    )
    .map(([pattern, options]) =>
      twin('regex', new BSONRegExp(pattern, options.join('')), raw.regex(pattern, options.join(''))),
    ),
  fc
    .oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constant(0n))
    .map((bits) => twin(bits === 0n ? 'timestamp 0' : 'timestamp', new Timestamp(bits), raw.timestamp(bits))),
  fc.constant(twin('minKey', new MinKey(), raw.minKey())),
  fc.constant(twin('maxKey', new MaxKey(), raw.maxKey())),
);

/** A vector (binary subtype 9) of signed bytes. */
function vector(bytes: Buffer): TwinValue {
  return twin('binary 9', new Binary(bytes, 9), raw.binary(9, bytes));
}

const oddNames = [
  ...['', '0', '9', '10', '2', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'],
  ...[
    'toBSON',
    '_bsontype',
    '$set',
    '$ref',
    '$id',
    '$db',
    '$',
    'a.b',
    '.',
    'قهوة',
    '\ufffd',
    '_syncMetaOther',
  ],
];
/** Any name, and often an odd one. */
export const fieldName = fc.oneof(fc.constantFrom(...oddNames), noNul);

/** Named values, in order. */
export type Fields = readonly (readonly [string, TwinValue])[];
interface Twins {
  readonly any: TwinValue;
  readonly fields: Fields;
}

/** A value of both kinds. */
export const twins: fc.LetrecValue<Twins> = fc.letrec<Twins>((tie: fc.LetrecTypedTie<Twins>) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 8, arbitrary: scalar },
    { weight: 2, arbitrary: tie('fields').map(embedded) },
    { weight: 2, arbitrary: fc.array(tie('any'), { maxLength: 4 }).map(list) },
    { weight: 1, arbitrary: fc.tuple(text, tie('fields')).map(codeWithScope) },
  ),
  fields: fc.uniqueArray(fc.tuple(fieldName, tie('any')), { maxLength: 4, selector: ([name]) => name }),
}));

const mapOf = (fields: Fields): Map<string, unknown> =>
  new Map(fields.map(([name, { value }]) => [name, value]));
const rawOf = (fields: Fields): readonly RawField[] => fields.map(([name, { raw: of }]) => [name, of]);

/** A document in a document. */
export function embedded(fields: Fields): TwinValue {
  return twin('document', mapOf(fields), raw.document(rawOf(fields)));
}

function list(items: readonly TwinValue[]): TwinValue {
  const values = items.map(({ value }) => value);
  return twin('array', values, raw.array(items.map(({ raw: of }) => of)));
}

function codeWithScope([code, scope]: readonly [string, Fields]): TwinValue {
  return twin('code with scope', new Code(code, mapOf(scope)), raw.codeWithScope(code, rawOf(scope)));
}

/** A value of any type that a driver of today can write. */
export const anyValue: fc.Arbitrary<TwinValue> = twins.any;

/** The fields of a document, all types and all names in any order, but no `_id` and no `_syncMeta`. */
export const anyFields: fc.Arbitrary<TwinDocument> = twins.fields.map((fields) => {
  const own = fields.filter(([name]) => name !== '_id' && name !== '_syncMeta');
  return {
    document: mapOf(own),
    fields: rawOf(own),
    kinds: own.map(([name, { kind }]) => `${kind} ${name}`),
  };
});
