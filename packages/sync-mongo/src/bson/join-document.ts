import { type Body } from '@bomba/sync-core';
import { type Document } from 'mongodb';
import { toOrderedDocument } from './elements.js';
import { META_FIELD } from './meta-field.js';

/**
 * A body with its metadata, as the driver writes it: a Map, which the driver takes wherever it takes a document, and
 * which keeps every byte of the body.
 */
export function joinDocument(body: Body, meta: Document): Document {
  const document = toOrderedDocument(body);
  document.set(META_FIELD, meta);
  return document;
}
