import { collectionOf, type DocumentKey } from '../document-key/document-key.js';

/** The tombstones of one collection; null where there are more than that. */
export function tombstonesOf<Tombstone>(
  tombstones: ReadonlyMap<DocumentKey, Tombstone>,
  { collection, limit }: { readonly collection: string; readonly limit: number },
): ReadonlyMap<DocumentKey, Tombstone> | null {
  const found = [...tombstones].filter(([key]) => collectionOf(key) === collection);
  return found.length > limit ? null : new Map(found);
}
