import { type DocumentKey } from '@bomba/sync-core';
import { type AnyBulkWriteOperation } from 'mongodb';
import { type BulkOutcome } from '../side/bulk.js';

/** A write of one document. */
export interface LocalWrite {
  readonly key: DocumentKey;
  readonly operation: AnyBulkWriteOperation;
}

/** How a bulk on Local ended. */
export interface LocalOutcome extends BulkOutcome {
  /** The indexes of writes that were not waited for any longer, as their documents are locked. */
  readonly locked: ReadonlySet<number>;
}
