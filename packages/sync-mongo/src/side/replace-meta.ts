import { type ClientSession, type Collection, type Document, type WriteConcern } from 'mongodb';
import { elementsOf, valueOf } from '../bson/elements.js';
import { orRefusal } from './prepare-writes.js';
import { META_FIELD } from '../bson/meta-field.js';
import { type SplitDocument, splitDocument } from '../bson/split-document.js';

/** How the metadata of a document is replaced. */
export interface MetaReplacement {
  readonly id: unknown;
  /** Whether the marks that can be read are still those that were looked at. */
  readonly isAsLookedAt: (document: SplitDocument) => boolean;
  /** The new metadata, from what was found. */
  readonly toMeta: (document: SplitDocument) => Document;
  readonly writeConcern: WriteConcern;
  readonly session?: ClientSession;
}

/**
 * Replaces the whole metadata of a document on condition that it is, byte for byte, what is there now. For metadata that
 * a foreign hand has spoiled: a filter by marks does not find it, and no field can be set in what is no document.
 * Answers whether it did.
 */
export async function replaceMeta(
  collection: Collection,
  { id, isAsLookedAt, toMeta, writeConcern, session }: MetaReplacement,
): Promise<boolean> {
  const inSession = session ? { session } : {};
  const place: Document = { _id: id };
  const options = { ...inSession, projection: { [META_FIELD]: 1 }, raw: true };
  const [raw] = (await collection.find(place, options).toArray()) as unknown as Uint8Array[];
  const found = raw && splitDocument(raw);
  if (!raw || !found || !isAsLookedAt(found)) return false;
  const { matchedCount } = await collection.updateOne(
    { ...place, ...asFound(raw, found) },
    { $set: { [META_FIELD]: toMeta(found) } },
    { ...inSession, writeConcern },
  );
  return matchedCount === 1;
}

/** Metadata that cannot be named byte for byte is named by the marks of a write, should one come in between. */
function asFound(raw: Uint8Array, { meta }: SplitDocument): Document {
  const element = elementsOf(raw).find(({ name }) => name === META_FIELD);
  if (!element) return { [META_FIELD]: { $exists: false } };
  const value = orRefusal(() => ({ exact: valueOf(raw, element) }));
  if ('exact' in value) return { [META_FIELD]: { $eq: value.exact } };
  const mark = (name: string): unknown => (meta?.[name] ?? null) as unknown;
  return { [`${META_FIELD}.dirty`]: mark('dirty'), [`${META_FIELD}.stamp`]: mark('stamp') };
}
