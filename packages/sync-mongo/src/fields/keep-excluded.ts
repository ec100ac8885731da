import { type Body, type DocumentKey, isSyncError } from '@bomba/sync-core';
import { BSON, type Db, type Document, type FindOptions } from 'mongodb';
import { type Element, elementsOf, valueBytes, valueOf } from '../bson/elements.js';
import { readByKeys } from '../side/read-raw.js';
import { groupByCollection } from '../side/group-by-collection.js';
import { type ExcludedFields } from './excluded-fields.js';
import { emptySet, type ExclusionSet, type NameTree } from './exclusion-set.js';
import { onlyExcluded, withExcluded } from './take-out.js';

const NOTHING: Body = BSON.serialize({});
const DOCUMENT = 3;
/** A value of old, which no filter compares. */
const UNDEFINED = 6;

/** The excluded fields of one document, as the side that is about to be written holds them. */
export class KeptFields {
  /** By themselves, as a document. */
  readonly fields: Body;
  /** The document is not there: it left them behind. */
  readonly isLeft: boolean;
  readonly #set: ExclusionSet;

  constructor(set: ExclusionSet, fields: Body, { isLeft = false } = {}) {
    this.#set = set;
    this.fields = fields;
    this.isLeft = isLeft;
  }

  /** Whether any fields of the collection are excluded. */
  get areAny(): boolean {
    return this.#set.paths.length > 0;
  }

  /** What is to be stored there: what travels of a body, and these as they are. */
  around(body: Body): Body {
    return withExcluded(body, this.fields, this.#set);
  }

  /** Names them in the filter of a conditional write, which misses where one has changed since. */
  get condition(): Document {
    return conditionOf(this.fields, this.#set.names, '');
  }
}

/** Of a collection without excluded fields. */
export const nothingKept = new KeptFields(emptySet, NOTHING);

/** What a document keeps, by its key. */
export type Kept = (key: DocumentKey) => KeptFields;

/** Where they are read. */
export interface KeptPlace {
  readonly db: Db;
  readonly excluded?: ExcludedFields | undefined;
}

/** How they are read. */
export interface KeptReading {
  readonly options?: FindOptions;
  /** What documents keep that are not there. Default: nothing. */
  readonly ofAbsent?: (db: Db, keys: readonly DocumentKey[]) => Promise<ReadonlyMap<DocumentKey, Body>>;
}

/** Reads which excluded fields the documents hold that are about to be written. Costs nothing where none are excluded. */
export async function keptFields(
  { db, excluded }: KeptPlace,
  keys: readonly DocumentKey[],
  { options = {}, ofAbsent }: KeptReading = {},
): Promise<Kept> {
  if (!excluded || excluded.name === '') return () => nothingKept;
  const kept = new Map<DocumentKey, KeptFields>();
  for (const [collection, group] of groupByCollection(keys, (key) => key)) {
    const set = excluded.of(collection);
    if (set.paths.length === 0) continue;
    const projection = Object.fromEntries([...set.names.keys()].map((name) => [name, 1]));
    const entries = group.map(({ entry }) => entry);
    const found = await readByKeys(db, entries, {
      options: { ...options, projection },
      map: ({ body }) => onlyExcluded(body, set),
    });
    const absent = entries.filter((_, i) => !found[i]);
    const left = absent.length > 0 ? await ofAbsent?.(db, absent) : undefined;
    entries.forEach((key, i) => {
      const [present, before] = [found[i], left?.get(key)];
      const isLeft = !present && before !== undefined;
      kept.set(key, new KeptFields(set, present ?? before ?? NOTHING, { isLeft }));
    });
  }
  return (key) => kept.get(key) ?? nothingKept;
}

function conditionOf(fields: Body, names: NameTree, prefix: string): Document {
  const found = new Map(elementsOf(fields).map((element) => [element.name, element]));
  const conditions = [...names].map(([name, below]): Document => {
    const element = found.get(name);
    const path = prefix + name;
    if (below !== 'whole' && (!element || element.type === DOCUMENT))
      return conditionOf(element ? valueBytes(fields, element) : NOTHING, below, `${path}.`);
    return { [path]: (element && sameAs(fields, element)) ?? { $exists: element !== undefined } };
  });
  return Object.assign({}, ...conditions) as Document;
}

/** Null for a value that no filter can compare, as no driver writes it: then it counts that there is one. */
function sameAs(fields: Body, element: Element): Document | null {
  if (element.type === UNDEFINED) return null;
  try {
    return { $eq: valueOf(fields, element) };
  } catch (error) {
    if (!isSyncError(error, 'SYNC_WRITE_NOT_EXACT')) throw error;
    return null;
  }
}
