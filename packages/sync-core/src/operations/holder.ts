import { type DocumentKey } from '../document-key/document-key.js';
import { type Body } from '../protocol/body.js';
import { type Stamp } from '../protocol/stamp.js';

/** A state, and the key that it is of. @public */
export interface KeyedBody {
  readonly key: DocumentKey;
  readonly body: Body;
}

/** Another document that holds a unique value of a state. @public */
export interface Holder {
  readonly key: DocumentKey;
  /** The version at which it holds it; null: it has none. */
  readonly stamp: Stamp | null;
  /** The fields of the unique index, and what the state has there. */
  readonly fields: Readonly<Record<string, unknown>>;
}
