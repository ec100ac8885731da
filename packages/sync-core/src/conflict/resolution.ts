import { type Body } from '../protocol/body.js';
import { type Side } from '../protocol/side.js';

/** What a collection's own strategy makes of two states that had not seen each other. */
export interface Resolution {
  readonly winner: Side | 'merged';
  /** With `merged`: the document that stands. */
  readonly body: Body | null;
  /** A time was missing or damaged and was replaced. */
  readonly caution: boolean;
  /** The kind of error where the strategy failed and Atlas' version stands for that reason; else null. */
  readonly failure: string | null;
}

/** Where there is no strategy to ask, Atlas' version stands. */
export const atlasStands: Resolution = { winner: 'atlas', body: null, caution: false, failure: null };
