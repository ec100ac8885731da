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
  readonly waits: QuarantinePlace;
}

/**
 * Where a quarantined state is. `in-place`: where it was, too. `aside`: nowhere else, as it left Local to make way; it
 * waits for somebody to act. `parked`: on Atlas too, and Local takes it again by itself, as it left only for a moment.
 *
 * @public
 */
export type QuarantinePlace = 'in-place' | 'aside' | 'parked';

/** One entry for each key and direction, and one for each state that is nowhere else. */
export function quarantineIdOf({ key, direction, stamp, waits }: QuarantineEntry): string {
  const id = `${direction} ${key}`;
  return waits === 'aside' ? `${id} ${stamp}` : id;
}

/** What identifies a quarantined state, without the state. @public */
export interface QuarantineMark extends Pick<QuarantineEntry, 'key' | 'direction' | 'stamp' | 'waits'> {
  readonly id: string;
}
