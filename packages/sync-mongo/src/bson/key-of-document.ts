import { type DocumentKey } from '@bomba/sync-core';
import { type Document } from 'mongoose';
import { type DocumentRef } from '../sync.js';
import { documentKeyOf } from './document-key.js';

/** The key of a Mongoose document, or of a document named by its place. */
export function keyOfDocument(document: Document | DocumentRef): DocumentKey {
  const { collection, _id } = document;
  return documentKeyOf(typeof collection === 'string' ? collection : collection.collectionName, _id);
}
