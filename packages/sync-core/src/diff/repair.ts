import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type Step } from '../operations/operation.js';
import { type Answer } from '../protocol/answer.js';
import { type AtlasDocument } from '../protocol/state.js';
import { applyStates } from '../pull/apply-states.js';
import { reconcile } from '../reconcile/reconcile.js';
import { type FoundKey } from './look-at-some.js';

/** A key that is not the same on both sides; `answer`: what is to be done about it, null where that is not known. */
export interface Difference extends FoundKey {
  readonly answer: Answer | null;
}

/**
 * Settles what differs: plain states of Atlas in one bulk, as a first start takes all of a collection, the rest by a
 * look at each. Returns what is not settled yet.
 */
export function* repair(
  context: EngineContext,
  differences: readonly Difference[],
): Step<readonly DocumentKey[]> {
  const plain = new Map<DocumentKey, AtlasDocument>();
  const rest: DocumentKey[] = [];
  for (const difference of differences) {
    const state = plainState(difference);
    if (state) plain.set(difference.key, state);
    else rest.push(difference.key);
  }
  const { looks, beingPushed } = yield* applyStates(context, plain);
  rest.push(...looks);
  if (rest.length === 0) return beingPushed;
  const { waiting, unsettled } = yield* reconcile(context, rest);
  return [...beingPushed, ...waiting, ...unsettled];
}

/** The state that Local is to take as it is, where no deletion says anything about it. */
function plainState({ view, answer }: Difference): AtlasDocument | null {
  if (!view?.atlas || view.atlasTombstone || view.localTombstone) return null;
  return answer?.do === 'takeAtlas' && !answer.keepLoser ? view.atlas : null;
}
