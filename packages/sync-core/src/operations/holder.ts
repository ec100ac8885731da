import { type DocumentKey } from '../document-key/document-key.js';
import { type Body } from '../protocol/body.js';
import { type Stamp } from '../protocol/stamp.js';

/** A state, and the key that it is of. @public */
export interface KeyedBody {
  readonly key: DocumentKey;
  readonly body: Body;
}

/** A state whose unique values are looked for in other documents. @public */
export interface HolderSearch extends KeyedBody {
  /** Documents that do not count, as they give up what they hold. Default: none. */
  readonly except?: readonly DocumentKey[];
}

/** Another document that holds a unique value of a state. @public */
export interface Holder {
  readonly key: DocumentKey;
  /** The version at which it holds it; null: it has none. */
  readonly stamp: Stamp | null;
  /** The fields of the unique index, and what the state has there. */
  readonly fields: Readonly<Record<string, unknown>>;
}
