import { type Binary } from 'mongodb';
import { type MarkedDocument } from './marked-document.js';

/** A document that a delete is about to remove, as it was read. */
export interface Deletion extends MarkedDocument {
  /** The id of the delete. */
  readonly pending: Binary;
}
