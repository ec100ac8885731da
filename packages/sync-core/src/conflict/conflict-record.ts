import { type DocumentKey } from '../document-key/document-key.js';
import { type Body, type Digest } from '../protocol/body.js';
import { type Stamp } from '../protocol/stamp.js';

/** Why a state was kept. @public */
export type ConflictReason =
  /** Of two writes that had not seen each other, the other was later. */
  | 'concurrent-update'
  /** What stands now was made of both. */
  | 'merged'
  /** The other write was a deletion. */
  | 'deleted'
  /** A deletion that nobody recorded: the last known state is kept. */
  | 'unexplained-deletion'
  /** The bytes on both sides differed at one version, and nothing tells who edited. */
  | 'uncaptured-edit'
  /** The operator chose the other side: after Atlas was restored or had lost documents, or for a quarantined state. */
  | 'chosen';

/**
 * A state that lost, as it is about to be stored. Its identity is the key and the losing version, and what a foreign hand
 * made of that, so that keeping it again, also from another branch, is the same record.
 *
 * @public
 */
export interface ConflictRecord {
  readonly key: DocumentKey;
  /** The side whose state lost. */
  readonly loser: 'local' | 'atlas';
  /** The losing state's version on Atlas or, of a local write, its id. */
  readonly losingStamp: Stamp;
  /** Of a state that a foreign hand put under that version: tells it from that version, and from others put there. */
  readonly edition?: Digest;
  /** The version that stands, where there is one. */
  readonly winningStamp: Stamp | null;
  readonly reason: ConflictReason;
  /** Null where the losing write is a deletion. */
  readonly body: Body | null;
  /** What chose: the later write, or the collection's own strategy. */
  readonly strategy: 'last-write-wins' | 'custom';
  /** A time was missing or damaged, so the choice of the winner is to be taken with care. */
  readonly caution: boolean;
  /** The kind of error where the strategy failed and Atlas' version stands for that reason; else null. */
  readonly failure: string | null;
}

/** What identifies a record. */
export function conflictIdOf({
  key,
  losingStamp,
  edition,
}: Pick<ConflictRecord, 'key' | 'losingStamp' | 'edition'>): string {
  return edition === undefined ? `${key} ${losingStamp}` : `${key} ${losingStamp} ${edition}`;
}
