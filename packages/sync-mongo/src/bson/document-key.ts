import { canonicalIdOf, collectionOf, createDocumentKey, type DocumentKey } from '@bomba/sync-core';
import {
  Binary,
  BSONRegExp,
  type BSONSymbol,
  Code,
  type DBRef,
  type Decimal128,
  type Document,
  type Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb';
import { fromExactDecimal, toExactDecimal } from './exact-decimal.js';
import { InexactId } from './inexact-id.js';

/** The key of a document: two `_id`s give the same key exactly where the server calls them equal. */
export function documentKeyOf(collection: string, id: unknown): DocumentKey {
  return createDocumentKey(collection, encode(id));
}

/** The `_id` of a key, in a form that the server finds the document by. */
export function documentIdOf(key: DocumentKey): unknown {
  return decode(canonicalIdOf(key));
}

/** Collection and `_id` of a key. */
export function documentPlaceOf(key: DocumentKey): { readonly collection: string; readonly id: unknown } {
  return { collection: collectionOf(key), id: documentIdOf(key) };
}

interface BsonValue {
  readonly _bsontype: string;
}

function encode(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return `str:${value}`;
  if (typeof value === 'boolean') return `bool:${value}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `num:${toExactDecimal(value)}`;
  if (value instanceof Date) return `date:${value.getTime()}`;
  if (value instanceof RegExp) return encodePair('regex', [value.source, value.flags]);
  if (value instanceof InexactId) return `raw:${value.type}:${Buffer.from(value.bytes).toString('base64')}`;
  if (value instanceof Uint8Array) return encodeBytes(0, value);
  if (Array.isArray(value)) return encodePair('arr', value.map(encode));
  if (isBsonValue(value)) return encodeBson(value);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return encodePair(
    'doc',
    entries.flatMap(([name, field]) => [String(name), encode(field)]),
  );
}

function isBsonValue(value: unknown): value is BsonValue {
  return typeof value === 'object' && value !== null && '_bsontype' in value;
}

function encodeBson(value: BsonValue): string {
  switch (value._bsontype) {
    case 'ObjectId':
      return `oid:${(value as ObjectId).toHexString()}`;
    case 'Binary': {
      const binary = value as Binary;
      return encodeBytes(binary.sub_type, binary.value());
    }
    case 'Int32':
    case 'Double':
      return `num:${toExactDecimal((value as unknown as { value: number }).value)}`;
    case 'Long':
      return `num:${toExactDecimal((value as Long).toBigInt())}`;
    case 'Decimal128':
      return `num:${toExactDecimal((value as Decimal128).toString())}`;
    case 'Timestamp':
      return `ts:${(value as Timestamp).toBigInt()}`;
    case 'BSONRegExp':
      return encodePair('regex', [(value as BSONRegExp).pattern, (value as BSONRegExp).options]);
    case 'MinKey':
      return 'minkey';
    case 'MaxKey':
      return 'maxkey';
    case 'BSONSymbol':
      return `str:${(value as BSONSymbol).value}`; // the server calls it equal to the string
    case 'Code': {
      const { code, scope } = value as Code;
      return encodePair('code', scope ? [code, encode(scope)] : [code]);
    }
    case 'DBRef':
      return encode((value as DBRef).toJSON());
    default:
      throw new TypeError(`An _id of type ${value._bsontype} cannot be a key.`);
  }
}

function encodeBytes(subtype: number, bytes: Uint8Array): string {
  return `bin:${subtype}:${Buffer.from(bytes).toString('base64')}`;
}

function encodePair(tag: string, texts: readonly string[]): string {
  return `${tag}:${JSON.stringify(texts)}`;
}

function decode(text: string): unknown {
  const colon = text.indexOf(':');
  const tag = colon < 0 ? text : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  const decoder = decoders[tag];
  if (!decoder) throw new TypeError(`Not a document key: it begins with ${tag}.`);
  return decoder(rest);
}

const decoders: Readonly<Record<string, (rest: string) => unknown>> = {
  null: () => null,
  minkey: () => new MinKey(),
  maxkey: () => new MaxKey(),
  str: (rest) => rest,
  bool: (rest) => rest === 'true',
  num: fromExactDecimal,
  date: (rest) => new Date(Number(rest)),
  oid: (rest) => ObjectId.createFromHexString(rest),
  bin: (rest) => {
    const { kind, bytes } = kindAndBytes(rest);
    return new Binary(bytes, kind);
  },
  raw: (rest) => {
    const { kind, bytes } = kindAndBytes(rest);
    return new InexactId(kind, bytes);
  },
  ts: (rest) => Timestamp.fromString(rest, 10),
  regex: (rest) => {
    const [pattern = '', options = ''] = texts(rest);
    return new BSONRegExp(pattern, options);
  },
  code: (rest) => {
    const [code = '', scope] = texts(rest);
    return new Code(code, scope === undefined ? null : (decode(scope) as Document));
  },
  arr: (rest) => texts(rest).map(decode),
  doc: (rest) => {
    // A Map keeps the order of all names, and takes `__proto__` for a name like any other.
    const parts = texts(rest);
    const fields = new Map<string, unknown>();
    for (let i = 0; i < parts.length; i += 2) fields.set(parts[i] ?? '', decode(parts[i + 1] ?? 'null'));
    return fields;
  },
};

function kindAndBytes(rest: string): { readonly kind: number; readonly bytes: Buffer } {
  const colon = rest.indexOf(':');
  return { kind: Number(rest.slice(0, colon)), bytes: Buffer.from(rest.slice(colon + 1), 'base64') };
}

function texts(json: string): readonly string[] {
  return JSON.parse(json) as string[];
}
