import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal } from '../operations/refusal.js';
import { expectedOf } from './expected.js';
import { keepLocal } from './keep-loser.js';
import { lookAt } from './look.js';
import { refuse, storedState, takeAtlas } from './take-atlas.js';
import { startTurn } from './turn.js';

/**
 * Gives a local state up for Atlas' version, as an operator chose; the state is kept as a conflict record. Where Atlas
 * has none, the document leaves Local without a deletion. False where the key changed meanwhile, or where a foreign hand
 * wrote it on either side and it has no version yet: ask again.
 */
export function* discardLocal(context: EngineContext, key: DocumentKey): Step<boolean> {
  const turn = startTurn(key);
  const [view] = yield* lookAt(context, [key]);
  if (!view || view === 'later') return false;
  if (!view.local) return true;
  const isVersioned = (view.local.dirty ?? view.local.stamp) !== null && view.atlas?.stamp !== null;
  if (!isVersioned) return false;
  yield* keepLocal(context, turn, { view, reason: 'chosen' });
  if (view.atlas) {
    const answer = { do: 'takeAtlas', keepLoser: false, floor: null } as const;
    const result = yield* takeAtlas(context, turn, { view, answer });
    if (!isRefusal(result)) return result === 'done';
    // Its value is another document's by now.
    yield* refuse(context, turn, {
      state: storedState(context, turn, { atlas: view.atlas }),
      refusal: result,
    });
    return false;
  }
  yield* ask({ side: 'local', op: 'noteRemoval', entries: [key] }); // what leaves Local is noted first
  const [removed] = yield* ask({
    side: 'local',
    op: 'remove',
    entries: [{ key, expected: expectedOf(view.local) }],
  });
  return removed === true;
}
