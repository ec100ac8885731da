import { type Answer } from '../../../../src/protocol/answer.js';
import { type Rules, type View } from '../../../../src/protocol/state.js';

/** When this was found, by these rules, the answer is that. */
export type DecideCase = readonly [
  when: string,
  found: readonly Partial<View>[],
  answer: Answer,
  rules?: Partial<Rules>,
];

/** Cases by what they have in common. */
export type Cases = Readonly<Record<string, readonly DecideCase[]>>;

/** Nothing is to be done. */
export const nothing: Answer = { do: 'nothing' };

/** Atlas' version comes to Local, where nothing is lost by it. */
export const takeAtlas: Answer = { do: 'takeAtlas', keepLoser: false, floor: null };
