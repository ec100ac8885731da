import { Code, type CollationOptions, type Db, type Document } from 'mongodb';
import { InexactId } from '../bson/inexact-id.js';
import { codeOf } from '../errors/map-mongo-error.js';
import { authCodes } from '../errors/mongo-error-codes.js';
import { collectionOptions } from './collection-options.js';

/**
 * BSON types in the order in which the server sorts them (manual: Comparison/Sort Order), by their `$type` names.
 * Types of one line are compared by value.
 */
const sortOrder: readonly (readonly string[])[] = [
  ['minKey'],
  ['null'],
  ['int', 'long', 'double', 'decimal'],
  ['string', 'symbol'],
  ['object'],
  ['binData'],
  ['objectId'],
  ['bool'],
  ['date'],
  ['timestamp'],
  ['regex'],
  ['javascript'],
  ['javascriptWithScope'],
  ['maxKey'],
];

export const byId = { sort: { _id: 1 } } as const;

/**
 * Sorted by `_id`, in the same order on both sides, whatever collation a collection was made with. Most have none, and are not
 * told one: a server need not see that it is the order of their index.
 */
export async function orderedById(
  db: Db,
  collection: string,
): Promise<typeof byId & { readonly collation?: CollationOptions }> {
  const hasNone = (await collationOf(db, collection)) === null;
  return hasNone ? byId : { ...byId, collation: { locale: 'simple' } };
}

/** What a collection was made with; `unknown` where this user may not ask. */
async function collationOf(db: Db, collection: string): Promise<Document | 'unknown' | null> {
  try {
    const options = await collectionOptions(db, collection);
    return (options?.['collation'] as Document | undefined) ?? null;
  } catch (error) {
    const code = codeOf(error);
    if (code !== null && authCodes.has(code)) return 'unknown';
    throw error;
  }
}

/**
 * The filter for all `_id`s behind this one in sort order: `$gt` alone sees only those of the same type. Behind one that
 * cannot be named: those of later types.
 */
export function afterId(id: unknown): Document {
  const rank = sortOrder.findIndex((names) => names.includes(typeName(id)));
  const later = sortOrder.slice(rank + 1).flat();
  if (id instanceof InexactId) return { _id: { $type: later } };
  // NaN sorts below all numbers, and none is greater than it.
  const sameType = { _id: Number.isNaN(id) ? { $gte: -Infinity } : { $gt: id } };
  return later.length === 0 ? sameType : { $or: [sameType, { _id: { $type: later } }] };
}

const bsonTypes: Readonly<Record<string, string>> = {
  ObjectId: 'objectId',
  Binary: 'binData',
  Long: 'long',
  Double: 'double',
  Int32: 'int',
  Decimal128: 'decimal',
  Timestamp: 'timestamp',
  BSONRegExp: 'regex',
  BSONSymbol: 'symbol',
  MinKey: 'minKey',
  MaxKey: 'maxKey',
};

/** The types that an `_id` may have which cannot be named, by their numbers. */
const typesByNumber: Readonly<Record<number, string>> = {
  2: 'string',
  3: 'object',
  5: 'binData',
  9: 'date',
  13: 'javascript',
  14: 'symbol',
  15: 'javascriptWithScope',
};

function typeName(id: unknown): string {
  if (id instanceof InexactId) return typesByNumber[id.type] ?? 'object';
  if (id === null || id === undefined) return 'null';
  if (typeof id === 'number' || typeof id === 'bigint') return 'double';
  if (typeof id === 'string') return 'string';
  if (typeof id === 'boolean') return 'bool';
  if (id instanceof Date) return 'date';
  if (id instanceof Code) return id.scope ? 'javascriptWithScope' : 'javascript';
  return bsonTypes[(id as { readonly _bsontype?: string })._bsontype ?? ''] ?? 'object';
}
