import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { type Body, sameBody } from '../protocol/body.js';
import { type Side } from '../protocol/side.js';
import { type AtlasDocument, type LocalDocument, type View } from '../protocol/state.js';
import { CHOSEN_MS, isGuess } from '../protocol/unseen-writes.js';
import { expectedOf } from '../reconcile/expected.js';
import { seal, type ToSeal } from '../reconcile/seal.js';
import { startTurn } from '../reconcile/turn.js';
import { type PutBack } from './choose-side.js';
import { type FoundKey } from '../reconcile/look-at-some.js';

/** Which side counts of a document that both have and that Local never synced. Must not throw. */
export type FirstWinner = (key: DocumentKey, local: Body, atlas: Body) => Side;

/**
 * Makes the winner's state of what differs at a first start the later one, where no version says anything: the protocol
 * then settles it and keeps the loser. What the application writes meanwhile is a write like any other. Returns the keys as
 * they are then.
 */
export function* chooseFirst(
  context: EngineContext,
  found: readonly FoundKey[],
  winnerOf: FirstWinner,
): Step<readonly FoundKey[]> {
  const entries: PutBack[] = [];
  const toSeal: ToSeal[] = [];
  for (const { key, view } of found) {
    const met = view && metForTheFirstTime(view);
    if (!met) continue;
    if (winnerOf(key, met.local.body, met.atlas.body) === 'local')
      entries.push({ key, expected: expectedOf(met.local), set: { dirty: context.newId(), held: false } });
    else if (met.atlas.stamp === null || isGuess(met.atlas.stamp)) {
      const answer = { do: 'seal', above: met.atlas.stamp, keepLocal: false } as const;
      toSeal.push({ turn: startTurn(key, CHOSEN_MS), view, answer });
    }
  }
  if (toSeal.length > 0) yield* seal(context, toSeal);
  if (entries.length > 0) yield* ask({ side: 'local', op: 'amend', entries });
  const changed = new Set([...toSeal.map(({ turn }) => turn.key), ...entries.map(({ key }) => key)]);
  return found.map((one) => (changed.has(one.key) ? { key: one.key, view: null } : one));
}

/** Both states, where they differ, nothing was ever synced or written under capture, and nothing was deleted. */
function metForTheFirstTime({
  local,
  atlas,
  localTombstone,
  atlasTombstone,
}: View): { readonly local: LocalDocument; readonly atlas: AtlasDocument } | null {
  if (!local || !atlas || localTombstone || atlasTombstone || local.deleting) return null;
  if (local.stamp !== null || local.dirty !== null) return null;
  return sameBody(local.body, atlas.body) ? null : { local, atlas };
}
