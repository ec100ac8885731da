import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal, type Refusal } from '../operations/refusal.js';
import { type Direction } from '../protocol/side.js';
import { type View } from '../protocol/state.js';
import { expectedOf } from '../reconcile/expected.js';
import { keepLocal } from '../reconcile/keep-loser.js';
import { lookAt } from '../reconcile/look.js';
import { reconcile } from '../reconcile/reconcile.js';
import { refuse, storedState, takeAtlas } from '../reconcile/take-atlas.js';
import { startTurn, type Turn } from '../reconcile/turn.js';

/**
 * `done`: Local has what Atlas has; `changed`: the key changed meanwhile, or a foreign hand wrote it and it has no version
 * yet, so ask again; `refused`: the server of Local will not store Atlas' version, which waits in quarantine.
 */
export type DiscardOutcome = 'done' | 'changed' | 'refused';

/** A key of which something waits in quarantine, as it stands on both sides or stood when it was refused. */
export interface Discarded {
  readonly key: DocumentKey;
  readonly direction: Direction;
}

const answer = { do: 'takeAtlas', keepLoser: false, floor: null } as const;

/**
 * Has Local take Atlas' version, as an operator chose, though a model of this branch may refuse it. A local write that is
 * given up for it is kept as a conflict record.
 */
export function* discard(context: EngineContext, { key, direction }: Discarded): Step<DiscardOutcome> {
  return direction === 'local-to-atlas'
    ? yield* discardLocal(context, key)
    : yield* discardAtlas(context, key);
}

/** Where Atlas has no version, the document leaves Local without a deletion. */
function* discardLocal(context: EngineContext, key: DocumentKey): Step<DiscardOutcome> {
  const turn = startTurn(key);
  const view = yield* lookAtOne(context, key);
  if (!view) return 'changed';
  if (!view.local) return 'done';
  const isVersioned = (view.local.dirty ?? view.local.stamp) !== null && view.atlas?.stamp !== null;
  if (!isVersioned) return 'changed';
  yield* keepLocal(context, turn, { view, reason: 'chosen' });
  if (view.atlas) {
    const { outcome, refusal } = yield* take(context, turn, view);
    const state = storedState(context, turn, { atlas: view.atlas });
    return refusal ? yield* refuse(context, turn, { state, refusal }) : outcome;
  }
  yield* ask({ side: 'local', op: 'noteRemoval', entries: [key] }); // what leaves Local is noted first
  const entries = [{ key, expected: expectedOf(view.local) }];
  const [removed] = yield* ask({ side: 'local', op: 'remove', entries });
  return removed === true ? 'done' : 'changed';
}

/** Looks first whether it is still refused: then only the model's no is passed over, as the server's stands. */
function* discardAtlas(context: EngineContext, key: DocumentKey): Step<DiscardOutcome> {
  const { refused, waiting, unsettled } = yield* reconcile(context, [key]);
  if (waiting.length + unsettled.length > 0) return 'changed';
  if (refused.length === 0) return 'done';
  const turn = startTurn(key);
  const view = yield* lookAtOne(context, key);
  if (!view?.atlas) return 'changed';
  if (view.atlas.stamp === null) return 'refused'; // Atlas does not let it be given a version
  if (view.local && view.local.dirty !== null) yield* keepLocal(context, turn, { view, reason: 'chosen' });
  return (yield* take(context, turn, view)).outcome;
}

function* lookAtOne(context: EngineContext, key: DocumentKey): Step<View | null> {
  const [view] = yield* lookAt(context, [key]);
  return view && view !== 'later' ? view : null;
}

/** The state of Atlas that a view shows; a refusal: for the unique value of another document. */
function* take(
  context: EngineContext,
  turn: Turn,
  view: View,
): Step<{ readonly outcome: DiscardOutcome; readonly refusal: Refusal | null }> {
  const result = yield* takeAtlas(context, turn, { view, answer, pastModel: true });
  if (isRefusal(result)) return { outcome: 'refused', refusal: result };
  return { outcome: result === 'missed' ? 'changed' : result, refusal: null };
}
