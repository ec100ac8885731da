import { Binary, type Document } from 'mongodb';
import { fieldsOf } from '../rewrite/fields.js';
import { SYNC_META } from '../rewrite/sync-meta.js';

/** What a delete has to know of a document. */
export interface MarkedDocument {
  readonly documentId: unknown;
  readonly dirty: Binary | null;
  readonly stamp: Binary | null;
  readonly held: Binary | null;
  readonly last: Binary | null;
  readonly deleting: boolean;
}

/** True where the document bears the mark of this delete. */
export function bearsMark({ deleting, dirty }: MarkedDocument, id: Binary): boolean {
  return deleting && dirty?.toString('hex') === id.toString('hex');
}

/** The fields that {@link toMarkedDocument} reads. */
export const markedFields = Object.fromEntries(
  ['_id', ...['dirty', 'stamp', 'held', 'last', 'deleting'].map((field) => `${SYNC_META}.${field}`)].map(
    (path) => [path, 1],
  ),
);

/** Reads a document's marks; what is not of the right type counts as missing. */
export function toMarkedDocument(document: Document): MarkedDocument {
  const meta = fieldsOf(document[SYNC_META]) ?? {};
  return {
    documentId: document['_id'],
    ...{ dirty: binary(meta['dirty']), stamp: binary(meta['stamp']) },
    ...{ held: binary(meta['held']), last: binary(meta['last']) },
    deleting: meta['deleting'] === true,
  };
}

function binary(value: unknown): Binary | null {
  return value instanceof Binary ? value : null;
}
