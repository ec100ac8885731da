import { type DocumentKey } from '../document-key/document-key.js';
import { type Side } from '../protocol/side.js';
import { type Stamp } from '../protocol/stamp.js';

/** What a write did to its document; `unknown` where only the dirty index told of it. @public */
export type OperationType = 'insert' | 'update' | 'delete' | 'unknown';

/**
 * A write that waits to be pushed. Only `key` and `id` matter to the engine, which reads the document itself when its
 * turn comes; the rest informs people and is left out by the engine.
 *
 * @public
 */
export interface SyncOperation {
  readonly key: DocumentKey;
  /** The dirty id of the write. */
  readonly id: Stamp;
  readonly type: OperationType;
  /** Fields the write set; of an insert, all of them. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly origin?: Side;
  readonly instanceId?: string;
  readonly timestamp?: Date;
}
