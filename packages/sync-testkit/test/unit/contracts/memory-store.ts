import { createDocumentKey, type Body, type Digest } from '@bomba/sync-core';
import { type ContractDocument } from '../../../src/index.js';

/** Names of the two collections. */
export const collections = ['items', 'orders'] as const;

/** A document whose bytes are its text. */
export function documentIn(collection: string, number: number, text: string): ContractDocument {
  const key = createDocumentKey(collection, String(number).padStart(2, '0'));
  return { key, body: Buffer.from(`${key} ${text}`) };
}

/** A digest that is the bytes themselves: the memory sides only compare it. */
export function digestOf(body: Body): Digest {
  return Buffer.from(body).toString('hex');
}
