import { BSON } from 'mongodb';
import { type ContractDocument } from '@bomba/sync-testkit';
import { documentKeyOf } from '../../../src/bson/document-key.js';

/** Names of the two collections that the contracts work on. */
export const collections = ['items', 'orders'] as const;

/** A document with a numeric `_id` and one field. */
export function documentIn(collection: string, number: number, text: string): ContractDocument {
  return { key: documentKeyOf(collection, number), body: BSON.serialize({ _id: number, text }) };
}

/** The one field of a document. */
export function textOf({ body }: ContractDocument): string {
  return String(BSON.deserialize(body)['text']);
}
