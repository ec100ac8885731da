import { type Body, type DocumentKey } from '@bomba/sync-core';
import { documentIdOf } from './document-key.js';
import { documentOfInexactId, InexactId } from './inexact-id.js';

/** A document that has only the key's `_id`, where no query finds a document by it; null where one does. */
export function unfindableDocument(key: DocumentKey): Body | null {
  const id = documentIdOf(key);
  return id instanceof InexactId ? documentOfInexactId(id) : null;
}
