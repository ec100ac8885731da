import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal, namingHolder, type Refusal } from '../operations/refusal.js';
import { type Direction } from '../protocol/side.js';
import { type Stamp } from '../protocol/stamp.js';
import { type AtlasDocument, type View } from '../protocol/state.js';
import { keepLocal } from '../reconcile/keep-loser.js';
import { leaveLocal } from '../reconcile/leave-local.js';
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
  /** The write, or the version of Atlas, that waits: nothing else is given up. */
  readonly stamp: Stamp;
}

const answer = { do: 'takeAtlas', keepLoser: false, floor: null } as const;

/**
 * Has Local take Atlas' version, as an operator chose, though a model of this branch may refuse it. A local write that is
 * given up for it is kept as a conflict record.
 */
export function* discard(context: EngineContext, discarded: Discarded): Step<DiscardOutcome> {
  return discarded.direction === 'local-to-atlas'
    ? yield* discardLocal(context, discarded)
    : yield* discardAtlas(context, discarded);
}

/** Where Atlas has no version, the document leaves Local without a deletion. */
function* discardLocal(context: EngineContext, { key, stamp }: Discarded): Step<DiscardOutcome> {
  const turn = startTurn(key);
  const view = yield* lookAtOne(context, key);
  if (!view) return 'changed';
  if (!view.local) return 'done';
  const isBeingDeleted = view.local.deleting || view.localTombstone?.pending != null;
  if (view.local.dirty !== stamp || isBeingDeleted || view.atlas?.stamp === null) return 'changed';
  yield* keepLocal(context, turn, { view, reason: 'chosen' });
  if (view.atlas) {
    const { outcome, refusal } = yield* take(context, turn, view);
    return refusal ? yield* refuseNaming(context, turn, { atlas: view.atlas, refusal }) : outcome;
  }
  const left = yield* leaveLocal({ turn, view, local: view.local });
  return left === 'done' ? 'done' : 'changed';
}

/** Looks first whether it is still refused: then only the model's no is passed over, as the server's stands. */
function* discardAtlas(context: EngineContext, { key, stamp }: Discarded): Step<DiscardOutcome> {
  const { refused, waiting, unsettled } = yield* reconcile(context, [key]);
  if (waiting.length + unsettled.length > 0) return 'changed';
  const turn = startTurn(key);
  const view = yield* lookAtOne(context, key);
  if (refused.length === 0) {
    const isTaken = view && (view.local?.stamp ?? null) === (view.atlas?.stamp ?? null);
    return isTaken ? 'done' : 'changed'; // nothing is taken while pull is off
  }
  if (!view?.atlas) return 'changed';
  if (view.atlas.stamp === null) return 'refused'; // Atlas does not let it be given a version
  if (view.atlas.stamp !== stamp) return 'changed';
  if (view.local && view.local.dirty !== null) yield* keepLocal(context, turn, { view, reason: 'chosen' });
  return (yield* take(context, turn, view)).outcome;
}

/** Atlas' version waits for the document that holds its unique value. */
function* refuseNaming(
  context: EngineContext,
  turn: Turn,
  { atlas, refusal }: { readonly atlas: AtlasDocument; readonly refusal: Refusal },
): Step<DiscardOutcome> {
  const state = storedState(context, turn, { atlas });
  const entries = [{ key: turn.key, body: state.body }];
  const [holder = null] = yield* ask({ side: 'local', op: 'findHolders', entries });
  const named = holder ? namingHolder(refusal, holder) : refusal;
  return yield* refuse(context, turn, { state, refusal: named });
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
