declare const keyBrand: unique symbol;

/**
 * A document's place on both sides: its collection and its `_id` as the server compares it, so type-aware (an ObjectId
 * and the string of its digits are two keys) while numbers of equal value are one key. Made and read by the adapter
 * that knows BSON; opaque here but for the collection.
 *
 * @public
 */
export type DocumentKey = string & { readonly [keyBrand]: 'DocumentKey' };

const SEPARATOR = '/';

/** Joins a collection's name and the canonical text of an `_id`. @public */
export function createDocumentKey(collection: string, canonicalId: string): DocumentKey {
  // Joined it is one piece of memory; what is concatenated keeps its parts alive, and keys wait by the thousand.
  return [encodeURIComponent(collection), SEPARATOR, canonicalId].join('') as DocumentKey;
}

/** The collection of a key. @public */
export function collectionOf(key: DocumentKey): string {
  const name = key.slice(0, key.indexOf(SEPARATOR));
  // It is asked for many times for each document, and hardly any name has to be decoded.
  return name.includes('%') ? decodeURIComponent(name) : name;
}

/** The canonical text of a key's `_id`. @public */
export function canonicalIdOf(key: DocumentKey): string {
  return key.slice(key.indexOf(SEPARATOR) + 1);
}
