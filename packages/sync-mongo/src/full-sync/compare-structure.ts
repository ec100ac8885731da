import { type IndexDifference } from '@bomba/sync-core';
import { BSON, type Db, type Document } from 'mongodb';
import { codeOf, failingAs } from '../errors/map-mongo-error.js';
import { mongoCode } from '../errors/mongo-error-codes.js';
import { collectionOptions } from '../side/collection-options.js';

/** How a collection itself, not its documents, differs on both sides. */
export interface StructureDifferences {
  readonly indexes: readonly IndexDifference[];
  /** The names of its options that differ. */
  readonly options: readonly string[];
}

/** Options that decide what may be written, or what is equal. */
const OPTIONS = ['collation', 'validator', 'validationLevel', 'validationAction', 'capped'] as const;
/** A right that lacks; Atlas' shared clusters say it with a code of their own. */
const forbidden: ReadonlySet<number | null> = new Set([mongoCode.unauthorized, mongoCode.atlasError]);
const OWN_PREFIX = 'bomba_sync_';

/** Compares the unique indexes of a collection, or all of them, and its options; null where a user may not list them. */
export async function compareStructure(
  { local, atlas }: { readonly local: Db; readonly atlas: Db },
  { collection, indexes }: { readonly collection: string; readonly indexes: 'unique' | 'all' | 'none' },
): Promise<StructureDifferences | null> {
  const [here, there] = await Promise.all([
    failingAs('local', unlessForbidden(structureOf(local, collection, indexes))),
    failingAs('atlas', unlessForbidden(structureOf(atlas, collection, indexes))),
  ]);
  if (!here || !there) return null;
  const missing = (a: Structure, b: Structure, missingOn: 'local' | 'atlas'): readonly IndexDifference[] =>
    [...a.indexes].flatMap(([text, { fields, isUnique }]) =>
      b.indexes.has(text) ? [] : [{ fields, isUnique, missingOn }],
    );
  return {
    indexes: [...missing(here, there, 'atlas'), ...missing(there, here, 'local')],
    options: OPTIONS.filter((name) => textOf(here.options[name]) !== textOf(there.options[name])),
  };
}

async function unlessForbidden<Found>(found: Promise<Found>): Promise<Found | null> {
  try {
    return await found;
  } catch (error) {
    if (forbidden.has(codeOf(error))) return null;
    throw error;
  }
}

/** Tells apart what JSON alone does not, such as two regular expressions. */
function textOf(value: unknown): string {
  return BSON.EJSON.stringify([value]);
}

interface Structure {
  readonly indexes: ReadonlyMap<string, Omit<IndexDifference, 'missingOn'>>;
  readonly options: Document;
}

async function structureOf(
  db: Db,
  collection: string,
  wanted: 'unique' | 'all' | 'none',
): Promise<Structure> {
  const options = await collectionOptions(db, collection);
  const found = options && wanted !== 'none' ? await db.collection(collection).listIndexes().toArray() : [];
  const indexes = new Map<string, Omit<IndexDifference, 'missingOn'>>();
  for (const {
    name,
    key,
    unique,
    sparse,
    collation,
    partialFilterExpression,
  } of found as readonly Document[]) {
    const isUnique = unique === true;
    if (name === '_id_' || String(name).startsWith(OWN_PREFIX) || (wanted === 'unique' && !isUnique))
      continue;
    const fields = Object.keys(key as object);
    const what = [key, isUnique, sparse === true, collation, partialFilterExpression];
    indexes.set(textOf(what), { fields, isUnique });
  }
  return { indexes, options: options ?? {} };
}
