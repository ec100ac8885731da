import { type Binary } from 'mongodb';
import { type Fields, fieldsOf, withoutFields } from './fields.js';
import { isMetaPath, SYNC_META } from './sync-meta.js';

/**
 * The document to insert, marked as written by `id`; null where the value is no document. Metadata that the application
 * hands in, of a document copied from elsewhere, is dropped.
 */
export function markInsert(document: unknown, id: Binary): Fields | null {
  const fields = fieldsOf(document);
  return fields && { ...withoutFields(fields, isMetaPath), [SYNC_META]: { dirty: id } };
}
