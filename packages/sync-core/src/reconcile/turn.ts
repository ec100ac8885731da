import { type DocumentKey } from '../document-key/document-key.js';
import { type Answer, type AnswerName } from '../protocol/answer.js';
import { type View } from '../protocol/state.js';

/** One key while it is being reconciled. */
export interface Turn {
  readonly key: DocumentKey;
  /** The notes of what this turn has sent; they go once the key is settled. */
  readonly notes: string[];
  /** When a foreign hand wrote the key on Atlas, in ms since the epoch; null where unknown. */
  readonly foreignAtMs: number | null;
  /** Once what Local holds was seen to build on what Atlas has: every change of Atlas until then is in it. */
  wasUpToDate: boolean;
}

/** The beginning of a key's turn. */
export function newTurn(key: DocumentKey, foreignAtMs: number | null = null): Turn {
  return { key, notes: [], foreignAtMs, wasUpToDate: false };
}

/** The answer of that name. */
export type AnswerOf<Name extends AnswerName> = Extract<Answer, { readonly do: Name }>;

/** What was found about a key, and what is to be done about it. */
export interface Decision<A extends Answer = Answer> {
  readonly view: View;
  readonly answer: A;
}

/**
 * `done`: acted as far as nothing has moved on, so look again; `missed`: the document was not replaced, as something has
 * moved on, so look again; `refused`: a server said no for good.
 */
export type ActResult = 'done' | 'missed' | 'refused';
