import { type AtlasSide, type Body, type Digest, type DocumentKey } from '@bomba/sync-core';
import { type ContractDocument } from '../local/local-side-fixture.js';

/** An adapter of Atlas with an empty store, and a foreign hand on it. */
export interface AtlasSideFixture {
  readonly side: AtlasSide;
  /** Names of two synced collections. */
  readonly collections: readonly [string, string];
  /** The document of that number, in the first collection; numbers 0 to 99 are in `_id` order. */
  readonly document: (number: number, text: string) => ContractDocument;
  /** The same in the second collection. */
  readonly elsewhere: (number: number, text: string) => ContractDocument;
  readonly digestOf: (body: Body) => Digest;
  /** Writes the content past bomba-sync: the metadata of a document that is there stays as it is. */
  readonly edit: (document: ContractDocument) => Promise<void>;
  /** Removes past bomba-sync. */
  readonly erase: (key: DocumentKey) => Promise<void>;
}
