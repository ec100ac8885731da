import { type DocumentKey } from '../document-key/document-key.js';
import { type Refusal } from '../operations/refusal.js';
import { type Answer, type AnswerName } from '../protocol/answer.js';
import { type View } from '../protocol/state.js';

/** One key while it is being reconciled. */
export interface Turn {
  readonly key: DocumentKey;
  /** The notes of what this turn has sent; they go once the key is settled. */
  readonly notes: string[];
  /** Other keys that are to be looked at now, as they were in the way of this one. */
  readonly also: DocumentKey[];
  /** How often Local refused the key for a unique value that no document could be found to hold. */
  collisionCount: number;
  /** What was plain for many at once did not settle it: it has its steps alone. */
  isAlone: boolean;
  /** When a foreign hand wrote the key on Atlas, in ms since the epoch; null where unknown. */
  readonly foreignAtMs: number | null;
  /** Once what Local holds was seen to build on what Atlas has: every change of Atlas until then is in it. */
  wasUpToDate: boolean;
}

/** A turn over a key begins. */
export function startTurn(key: DocumentKey, foreignAtMs: number | null = null): Turn {
  return { key, notes: [], also: [], collisionCount: 0, isAlone: false, foreignAtMs, wasUpToDate: false };
}

/** The answer of that name. */
export type AnswerOf<Name extends AnswerName> = Extract<Answer, { readonly do: Name }>;

/** What was found about a key, and what is to be done about it. */
export interface Decision<A extends Answer = Answer> {
  readonly view: View;
  readonly answer: A;
}

/** A key in its turn, and what is to be done about it. */
export interface Decided<A extends Answer = Answer> extends Decision<A> {
  readonly turn: Turn;
}

/**
 * `done`: acted as far as nothing has moved on, so look again; `missed`: the document was not replaced, as something has
 * moved on, so look again; `refused`: a server said no; or why Local will not have Atlas' state for the unique
 * value of another document, which may have to make way.
 */
export type ActResult = 'done' | 'missed' | 'refused' | Refusal;
