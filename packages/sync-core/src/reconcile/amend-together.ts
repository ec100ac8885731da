import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { type Amendment } from '../operations/local-operation.js';
import { ask, type Step } from '../operations/operation.js';
import { stampTimeMs } from '../protocol/stamp.js';
import { type LocalDocument } from '../protocol/state.js';
import { baseOf, toMarked } from './act-on-local.js';
import { expectedOf } from './expected.js';
import { type ActResult, type AnswerOf, type Decided } from './turn.js';

/** A key whose document needs other marks on Local, and the same content. */
export type ToAmend = Decided<AnswerOf<'acknowledge' | 'adopt' | 'clear'>>;

/** A key whose document was written past capture. */
export type ToMark = Decided<AnswerOf<'markDirty'>>;

/** Makes documents that were looked at clean, in one round trip: Atlas has what they hold. */
export function* adoptTogether(
  context: EngineContext,
  decided: readonly ToAmend[],
): Step<readonly ActResult[]> {
  const changes = decided.map(({ turn, view, answer }): Amendment => {
    if (answer.do === 'clear') return { dirty: null, held: false };
    const base = baseOf(context, turn, { view, stamp: answer.stamp });
    return { base, dirty: null, held: false };
  });
  const amended = yield* amend(decided, changes);
  return decided.map(({ turn, view, answer }, i) => {
    if (amended[i] !== true) return 'missed';
    const dirty = view.local?.dirty ?? null;
    if (dirty !== null && answer.do !== 'clear')
      context.observer.applied('local-to-atlas', turn.key, stampTimeMs(dirty));
    return 'done';
  });
}

/** Gives writes past capture ids, in one round trip. Answers the documents as they are now; null: another one by now. */
export function* markTogether(
  context: EngineContext,
  decided: readonly ToMark[],
): Step<readonly (LocalDocument | null)[]> {
  const changes = decided.map(({ view }) => toMarked(context, localOf(view)));
  const amended = yield* amend(decided, changes);
  return decided.map(({ view }, i) => {
    const { dirty = null } = changes[i] ?? {};
    // The digest has gone with the mark, so nothing counts as edited or unchanged by it.
    const { covered: _covered, ...local } = localOf(view);
    return amended[i] === true && dirty ? { ...local, dirty, edited: false, unchanged: false } : null;
  });
}

function* amend(decided: readonly Decided[], changes: readonly Amendment[]): Step<readonly boolean[]> {
  const entries = decided.map(({ turn, view }, i) => ({
    ...{ key: turn.key, expected: expectedOf(localOf(view)), set: changes[i] ?? {} },
  }));
  return yield* ask({ side: 'local', op: 'amend', entries });
}

function localOf({ local }: Decided['view']): LocalDocument {
  return assertPresent(local, 'a local document to amend');
}
