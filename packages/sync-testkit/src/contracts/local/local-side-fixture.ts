import {
  type Body,
  type ConflictReason,
  type Digest,
  type DocumentKey,
  type LocalSide,
  type Stamp,
} from '@bomba/sync-core';

/** A document's key and bytes. */
export interface ContractDocument {
  readonly key: DocumentKey;
  readonly body: Body;
}

/** A kept state, by what makes it the same record. */
export interface KeptRecord {
  readonly key: DocumentKey;
  readonly losingStamp: Stamp;
  readonly reason: ConflictReason;
}

/** An adapter of Local with an empty store whose time is CONTRACT_NOW_MS, and the hands of an application on it. */
export interface LocalSideFixture {
  readonly side: LocalSide;
  /** Names of two synced collections. */
  readonly collections: readonly [string, string];
  /** The document of that number, in the first collection; numbers 0 to 99 are in `_id` order. */
  readonly document: (number: number, text: string) => ContractDocument;
  /** The same in the second collection. */
  readonly elsewhere: (number: number, text: string) => ContractDocument;
  readonly digestOf: (body: Body) => Digest;
  /** Writes as the application: the content, and a new dirty id; the base stays, every other mark goes. */
  readonly write: (document: ContractDocument, dirty: Stamp) => Promise<void>;
  /** Marks as the first step of the application's delete does. */
  readonly mark: (key: DocumentKey, id: Stamp) => Promise<void>;
  readonly kept: () => Promise<readonly KeptRecord[]>;
  /** How often the key's state was put into quarantine. */
  readonly attemptCount: (key: DocumentKey) => Promise<number>;
}
