import { Code, type Document } from 'mongodb';

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

/** The filter for all `_id`s behind this one in sort order: `$gt` alone sees only those of the same type. */
export function afterId(id: unknown): Document {
  const rank = sortOrder.findIndex((names) => names.includes(typeName(id)));
  const later = sortOrder.slice(rank + 1).flat();
  const sameType = { _id: { $gt: id } };
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

function typeName(id: unknown): string {
  if (id === null || id === undefined) return 'null';
  if (typeof id === 'number' || typeof id === 'bigint') return 'double';
  if (typeof id === 'string') return 'string';
  if (typeof id === 'boolean') return 'bool';
  if (id instanceof Date) return 'date';
  if (id instanceof Code) return id.scope ? 'javascriptWithScope' : 'javascript';
  return bsonTypes[(id as { readonly _bsontype?: string })._bsontype ?? ''] ?? 'object';
}
