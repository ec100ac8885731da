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
  /**
   * With `aside`: the version of Atlas that the write was made on; null: none. Absent where Atlas had another one by then: what
   * becomes of the two is for somebody to decide.
   */
  readonly base?: Stamp | null;
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
  const id = idOf(direction, key);
  return waits === 'aside' ? `${id} ${stamp}` : id;
}

/** The id of the entry of a version that Local refused. */
export function refusedPullId(key: DocumentKey): string {
  return idOf('atlas-to-local', key);
}

function idOf(direction: Direction, key: DocumentKey): string {
  return `${direction} ${key}`;
}

/** What identifies a quarantined state, without the state. @public */
export interface QuarantineMark extends Pick<
  QuarantineEntry,
  'key' | 'direction' | 'stamp' | 'waits' | 'base'
> {
  readonly id: string;
  readonly wait: ValueWait;
}

/** What is known of the unique value that a state waits for. @public */
export interface ValueWait {
  /** The document that holds it; null: it waits for something else. */
  readonly holder: DocumentKey | null;
  /** The version of that document at which it was last known to hold it; null: not known. */
  readonly seen: Stamp | null;
  /** The id under which the state is written to Local again, once it is to be. */
  readonly again: Stamp | null;
}

/** What an entry that was just made waits for. */
export function valueWaitOf({ refusal: { holder, holderStamp } }: QuarantineEntry): ValueWait {
  return { holder: holder ?? null, seen: holderStamp ?? null, again: null };
}
