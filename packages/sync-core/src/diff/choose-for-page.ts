import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { SyncError } from '../errors/sync-error.js';
import { ask, type Step } from '../operations/operation.js';
import { type View } from '../protocol/state.js';
import { lookAt } from '../reconcile/look.js';
import { type ChosenSide, chooseSide, type PutBack } from './choose-side.js';
import { type FoundKey } from '../reconcile/look-at-some.js';

const MAX_LOOKS = 100;

/** Makes the chosen side's states of a page those that the protocol will settle on. Throws SYNC_WRITE_TRANSIENT. */
export function* chooseForPage(
  context: EngineContext,
  found: readonly FoundKey[],
  choice: ChosenSide,
): Step<void> {
  const entries: PutBack[] = [];
  for (const { key, view } of found) {
    const putBack = yield* chooseSide(context, key, {
      view: view ?? (yield* lookUntilSeen(context, key)),
      choice,
    });
    if (putBack) entries.push(putBack);
  }
  if (entries.length > 0) yield* ask({ side: 'local', op: 'amend', entries });
}

/** A key that changes while it is looked at must not be settled without the choice. */
function* lookUntilSeen(context: EngineContext, key: DocumentKey): Step<View> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    const [view] = yield* lookAt(context, [key]);
    if (view && view !== 'later') return view;
  }
  throw new SyncError('SYNC_WRITE_TRANSIENT', 'A document changes too often to be compared.');
}
