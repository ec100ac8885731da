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
import { type FoundKey, lookAtSome } from '../reconcile/look-at-some.js';

/** Which side counts of a document that both have and that Local never synced. Must not throw. */
export type FirstWinner = (key: DocumentKey, local: Body, atlas: Body) => Side;

/**
 * How often a key is looked at for its choice. Others change it once each while they meet it for the first time themselves; whoever
 * goes on changing it writes what is a write like any other.
 */
const MAX_LOOKS = 5;

/**
 * Makes the winner's state of what differs at a first start the later one, where no version says anything: the protocol
 * then settles it and keeps the loser. What another branch makes of Atlas' state meanwhile, which may meet it for the first time as
 * well, is chosen from again; what the application writes is a write like any other. Returns the keys as they are then.
 */
export function* chooseFirst(
  context: EngineContext,
  found: readonly FoundKey[],
  winnerOf: FirstWinner,
): Step<readonly FoundKey[]> {
  const changed = new Set<DocumentKey>();
  let open = found;
  for (let look = 1; open.length > 0; look++) {
    const { chosen, missed } = yield* choose(context, open, winnerOf);
    for (const key of [...chosen, ...missed]) changed.add(key);
    open = look < MAX_LOOKS ? yield* lookAgain(context, missed) : [];
  }
  return found.map((one) => (changed.has(one.key) ? { key: one.key, view: null } : one));
}

/** Keys for which a side was made the later one, and those that were changed meanwhile. */
interface Choices {
  readonly chosen: readonly DocumentKey[];
  readonly missed: readonly DocumentKey[];
}

function* choose(context: EngineContext, found: readonly FoundKey[], winnerOf: FirstWinner): Step<Choices> {
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
  const sealed = toSeal.length > 0 ? yield* seal(context, toSeal) : [];
  if (entries.length > 0) yield* ask({ side: 'local', op: 'amend', entries });
  const moved = found.filter(({ view }) => view === null).map(({ key }) => key);
  const missed = toSeal.filter((_, i) => sealed[i] === 'missed').map(({ turn }) => turn.key);
  const chosen = [...toSeal.map(({ turn }) => turn.key), ...entries.map(({ key }) => key)];
  return { chosen, missed: [...moved, ...missed] };
}

function* lookAgain(context: EngineContext, keys: readonly DocumentKey[]): Step<readonly FoundKey[]> {
  const again: FoundKey[] = [];
  for (let rest = keys; rest.length > 0;) {
    const { found, later } = yield* lookAtSome(context, rest, { limit: rest.length, untouched: false });
    again.push(...found);
    rest = later;
  }
  return again;
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
