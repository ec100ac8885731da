import { type Body, collectionOf, type Holder, type HolderSearch, isSyncError } from '@bomba/sync-core';
import {
  type AggregateOptions,
  type Collection,
  type Db,
  type Document,
  type FindOptions,
  type IndexDescriptionInfo,
} from 'mongodb';
import { documentIdOf, documentKeyOf } from '../bson/document-key.js';
import { elementsOf, valueOf } from '../bson/elements.js';
import { readVersionMeta } from '../bson/sync-meta.js';
import { valuesAt } from './values-at.js';
import { findSplit } from './read-raw.js';

/**
 * Finds, for each state, another document that holds a unique value of it: by the unique indexes of the collection with
 * their collations and conditions, as what a server says of a duplicate is not enough (it names no document, and under a
 * collation no readable value).
 */
export async function findHolders(
  db: Db,
  entries: readonly HolderSearch[],
  options: FindOptions = {},
): Promise<readonly (Holder | null)[]> {
  const indexes = new Map<string, readonly IndexDescriptionInfo[]>();
  const holders: (Holder | null)[] = [];
  for (const { key, body, except = [] } of entries) {
    const collection = collectionOf(key);
    const known = indexes.get(collection) ?? (await uniqueIndexes(db, collection));
    indexes.set(collection, known);
    const document = indexedFields(body, known);
    holders.push(document && (await findHolder(db, { key, except, document, indexes: known, options })));
  }
  return holders;
}

/** The fields that indexes and their conditions name; null where no query can name a value of them. */
function indexedFields(
  body: Body,
  indexes: readonly IndexDescriptionInfo[],
): ReadonlyMap<string, unknown> | null {
  const names = new Set(indexes.flatMap((index) => [...namesIn(index.key), ...conditionNames(index)]));
  try {
    const named = elementsOf(body).filter(({ name }) => names.has(name));
    return new Map(named.map((element) => [element.name, valueOf(body, element)]));
  } catch (error) {
    if (!isSyncError(error, 'SYNC_WRITE_NOT_EXACT')) throw error;
    return null;
  }
}

async function uniqueIndexes(db: Db, collection: string): Promise<readonly IndexDescriptionInfo[]> {
  const indexes = await db.collection(collection).indexes();
  return indexes.filter(({ unique }) => unique === true);
}

interface Search extends Required<Pick<HolderSearch, 'key' | 'except'>> {
  readonly document: ReadonlyMap<string, unknown>;
  readonly indexes: readonly IndexDescriptionInfo[];
  readonly options: FindOptions;
}

async function findHolder(
  db: Db,
  { key, except, document, indexes, options }: Search,
): Promise<Holder | null> {
  const collection = collectionOf(key);
  for (const index of indexes) {
    const values = Object.keys(index.key).map((path) => [path, valuesAt(document, path)] as const);
    if (index.sparse === true && values.every(([, found]) => found.length === 0)) continue;
    const filter = {
      _id: { $nin: [key, ...except].map(documentIdOf) },
      $and: [
        ...values.map(([path, found]) => ({ [path]: wanted(found) })),
        ...(index.partialFilterExpression ? [index.partialFilterExpression] : []),
      ],
    };
    const collation = index.collation ?? { locale: 'simple' };
    const how = { ...options, collation, projection: { _id: 1, '_syncMeta.stamp': 1 }, limit: 1 };
    const [holder] = await findSplit(db.collection(collection), filter, how);
    if (!holder) continue;
    const within = { index, document, beside: holder.id, options: { ...options, collation } };
    if (!(await isWithin(db.collection(collection), within))) continue;
    const { stamp } = readVersionMeta(holder.meta);
    return { key: documentKeyOf(collection, holder.id), stamp, fields: fieldsOf(values) };
  }
  return null;
}

interface Within extends Pick<Search, 'document'> {
  readonly index: IndexDescriptionInfo;
  /** The id of a document that is there. */
  readonly beside: unknown;
  readonly options: AggregateOptions;
}

/**
 * Whether a partial index speaks of that document: of one that is outside of it, no value can collide there. The server
 * itself is asked, by its own comparisons, of what the condition names; any stored document will do to ask beside.
 */
async function isWithin(
  collection: Collection,
  { index, document, beside, options }: Within,
): Promise<boolean> {
  const condition = index.partialFilterExpression;
  if (!condition) return true;
  const named = conditionNames(index);
  const part = new Map([...document].filter(([name]) => named.has(name)));
  const pipeline = [
    { $match: { _id: beside } },
    { $replaceWith: { $literal: part } },
    { $match: condition },
    { $project: { isWithin: { $literal: true } } },
  ];
  return (await collection.aggregate(pipeline, options).toArray()).length > 0;
}

function conditionNames({ partialFilterExpression = {} }: IndexDescriptionInfo): ReadonlySet<string> {
  return namesIn(partialFilterExpression);
}

/** The top-level fields that an index or its condition names. */
function namesIn(condition: Document): ReadonlySet<string> {
  const names = Object.entries(condition).flatMap(([name, value]) =>
    name.startsWith('$') ? (value as Document[]).flatMap((each) => [...namesIn(each)]) : [topOf(name)],
  );
  return new Set(names);
}

const topOf = (path: string): string => path.split('.', 1)[0] ?? path;

/** What is missing is indexed as null; each item of a list is indexed, and so it is compared. */
function wanted(values: readonly unknown[]): Document {
  const [only = null] = values;
  return values.length <= 1 ? { $eq: only } : { $in: values };
}

function fieldsOf(values: readonly (readonly [string, readonly unknown[]])[]): Record<string, unknown> {
  return Object.fromEntries(values.map(([path, [only = null, ...others]]) => [path, others[0] ?? only]));
}
