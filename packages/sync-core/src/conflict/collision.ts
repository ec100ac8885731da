import { type DocumentKey } from '../document-key/document-key.js';
import { type Body } from '../protocol/body.js';

/** A document that came too late for its unique value, and the one that has it on Atlas. */
export interface Collision {
  readonly loser: { readonly key: DocumentKey; readonly body: Body };
  readonly winner: { readonly key: DocumentKey; readonly body: Body };
  /** The fields of the unique index, and the values there. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What is to become of the loser. */
export type CollisionResolution =
  /** It waits until somebody acts. */
  | { readonly do: 'quarantine' }
  /** It goes on as this content. */
  | { readonly do: 'change'; readonly body: Body }
  /** The winner becomes this content, and the loser is kept as a conflict record. */
  | { readonly do: 'merge'; readonly body: Body };

/** Where nobody says otherwise. */
export const quarantined: CollisionResolution = { do: 'quarantine' };
