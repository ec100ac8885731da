import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type LocalOperation } from '../operations/local-operation.js';
import { type Step } from '../operations/operation.js';
import { sameBody } from '../protocol/body.js';
import { isAsClean } from '../protocol/changes-nothing.js';
import { isLater, latest, type Stamp, stampFor } from '../protocol/stamp.js';
import { type LocalDocument, type View } from '../protocol/state.js';
import { act } from '../reconcile/act.js';
import { expectedOf } from '../reconcile/expected.js';
import { keepAtlas, keepLocal } from '../reconcile/keep-loser.js';
import { startTurn, type Turn } from '../reconcile/turn.js';

/** What the operator chose, where nothing can tell which side is right. */
export interface ChosenSide {
  readonly prefer: 'local' | 'atlas';
  /**
   * Atlas was restored from a backup: a later version need not have seen an earlier one any more, so whatever gives way
   * is kept.
   */
  readonly historyLost: boolean;
}

/** The change of marks by which a document is to go back to Atlas. */
export type PutBack = Extract<LocalOperation, { readonly op: 'amend' }>['entries'][number];

/** A key that was looked at, and the side that counts. */
interface Choosing {
  readonly view: View;
  readonly choice: ChosenSide;
}

/**
 * Makes the chosen side's state of a key the one that the protocol will settle on, where Atlas is behind what Local
 * builds on. Where Local counts it is dirty again under its own version: several branches that put the same history back
 * end with the latest of it, in any order. Where Atlas counts its state gets a version above Local's. What has to be
 * changed on Local is returned, so that it can be done for many at once.
 */
export function* chooseSide(context: EngineContext, key: DocumentKey, at: Choosing): Step<PutBack | null> {
  const { view, choice } = at;
  const turn = startTurn(key);
  yield* keepWhatGivesWay(context, turn, at);
  if (choice.prefer === 'local') return putBack(context, key, view);
  yield* liftAtlas(context, turn, view);
  return null;
}

/** Two states that differ, of which one is to replace the other without having seen it, for all that is known. */
function* keepWhatGivesWay(context: EngineContext, turn: Turn, { view, choice }: Choosing): Step<void> {
  const { local, atlas } = view;
  if (!local || local.deleting || (atlas && sameBody(local.body, atlas.body))) return;
  const isAhead = isLater(local.stamp, atlas?.stamp ?? null);
  if (!isAhead && !choice.historyLost) return;
  if (isAhead && choice.prefer === 'local') {
    if (atlas?.stamp) yield* keepAtlas(context, turn, { view, reason: 'chosen' });
  } else if (local.stamp !== null && isAsClean(view)) {
    yield* keepLocal(context, turn, { view, reason: 'chosen' });
  }
}

/** The base goes with its digest, as with it the document would count as unchanged. */
function putBack(context: EngineContext, key: DocumentKey, view: View): PutBack | null {
  const { local, atlas } = view;
  if (!local || local.deleting || isDeletedHere(view, local) || !isBehind(view, local)) return null;
  const base = atlas?.stamp ? { stamp: atlas.stamp, digest: null, info: local.info } : null;
  const dirty = idOf(view, local, () => context.newId());
  return { key, expected: expectedOf(local), set: { base, dirty, held: local.held } };
}

/** A deletion that waits to be pushed speaks of this version: not of a later one, which it lost to and has only to be given up. */
function isDeletedHere(view: View, { stamp }: LocalDocument): boolean {
  const pending = view.localTombstone?.pending ?? null;
  return pending !== null && (!isAsClean(view) || !isLater(stamp, pending));
}

/** Atlas has an older version than Local builds on, or none, and no later deletion. */
function isBehind({ atlas, atlasTombstone }: View, { stamp }: LocalDocument): boolean {
  return stamp !== null && isLater(stamp, latest(atlas ? atlas.stamp : null, atlasTombstone?.stamp));
}

/** The version itself; what was written on top of it stays above it, where that has changed anything. */
function idOf(view: View, { stamp, dirty, edited }: LocalDocument, newId: () => Stamp): Stamp {
  if (dirty !== null && !isAsClean(view)) return stampFor(dirty, stamp);
  return stamp === null || edited ? newId() : stamp;
}

function* liftAtlas(context: EngineContext, turn: Turn, view: View): Step<void> {
  const { local, localTombstone, atlas } = view;
  const known = latest(local?.stamp, localTombstone?.stamp, localTombstone?.floor);
  if (!atlas?.stamp || !isLater(known, atlas.stamp)) return;
  yield* act(context, turn, { view, answer: { do: 'seal', above: known, keepLocal: false } });
}
