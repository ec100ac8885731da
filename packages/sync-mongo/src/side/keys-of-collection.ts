import { createDocumentKey, type DocumentKey } from '@bomba/sync-core';

/** All keys of one collection, where ids are keys. */
export function keysOfCollection(collection: string): {
  readonly $gte: DocumentKey;
  readonly $lt: DocumentKey;
} {
  const first = createDocumentKey(collection, '');
  const separator = first.charCodeAt(first.length - 1);
  const behind = first.slice(0, -1) + String.fromCharCode(separator + 1);
  return { $gte: first, $lt: behind as DocumentKey };
}

/** The deletions of one collection's documents, if they are no more than that. */
export interface TombstoneScan {
  readonly collection: string;
  readonly limit: number;
}
