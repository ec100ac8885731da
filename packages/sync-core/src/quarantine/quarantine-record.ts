import { type DocumentKey } from '../document-key/document-key.js';
import { type Refusal } from '../operations/refusal.js';
import { type Body } from '../protocol/body.js';
import { type Direction } from '../protocol/side.js';
import { type Stamp } from '../protocol/stamp.js';

/** A state that a server or a model refused, with the reason. @public */
export interface QuarantineEntry {
  readonly key: DocumentKey;
  readonly direction: Direction;
  /** The refused write's id, or the refused Atlas version. */
  readonly stamp: Stamp;
  readonly refusal: Refusal;
  readonly body: Body;
}

/** What identifies a quarantined state, without the state. @public */
export interface QuarantineMark extends Pick<QuarantineEntry, 'key' | 'direction' | 'stamp'> {
  readonly id: string;
}
