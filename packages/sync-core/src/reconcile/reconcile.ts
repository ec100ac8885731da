import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { decide } from '../protocol/decide.js';
import { type View } from '../protocol/state.js';
import { act } from './act.js';
import { lookAt } from './look.js';
import { type Turn } from './turn.js';

/** How often a key is looked at in one turn: others may be writing it all the while. */
const MAX_LOOKS = 12;

/** How a turn over some keys ended. */
export interface ReconcileResult {
  /** Gone from Atlas without a tombstone, which may still come: to be looked at again later. */
  readonly waiting: readonly DocumentKey[];
  /** Still changing after many looks: to be looked at again soon. */
  readonly unsettled: readonly DocumentKey[];
  /** Local will not store what Atlas has: in quarantine, and as they were. */
  readonly refused: readonly DocumentKey[];
}

/** What a caller knows of the keys. */
export interface ReconcileHints {
  /** When a foreign hand wrote a key on Atlas, in ms since the epoch. */
  readonly foreignAtMs?: ReadonlyMap<DocumentKey, number>;
  /** False while push must wait for pull: only Local is brought forward. Default true. */
  readonly mayPush?: boolean;
}

/**
 * Looks, decides and acts, for each key, until nothing is left to do. Right for any key at any time, at the cost of
 * reading both sides; the lanes of push and pull leave to it whatever is not plain.
 */
export function* reconcile(
  context: EngineContext,
  keys: readonly DocumentKey[],
  hints: ReconcileHints = {},
): Step<ReconcileResult> {
  const waiting: DocumentKey[] = [];
  const refused: DocumentKey[] = [];
  const turns = new Map<DocumentKey, Turn>();
  let open = [...new Set(keys)];
  for (let look = 0; open.length > 0 && look < MAX_LOOKS; look++) {
    const views = yield* lookAt(open);
    const again: DocumentKey[] = [];
    for (const [i, key] of open.entries()) {
      const turn = turns.get(key) ?? { key, notes: [], foreignAtMs: hints.foreignAtMs?.get(key) ?? null };
      turns.set(key, turn);
      const outcome = yield* reconcileOnce(context, turn, { view: views[i] ?? null, hints });
      if (outcome === 'again') again.push(key);
      else if (outcome === 'waiting') waiting.push(key);
      else if (outcome !== 'left') {
        if (outcome === 'refused') refused.push(key);
        yield* forget(turn);
      }
    }
    open = again;
  }
  return { waiting, unsettled: open, refused };
}

function* reconcileOnce(
  context: EngineContext,
  turn: Turn,
  { view, hints }: { readonly view: View | null; readonly hints: ReconcileHints },
): Step<'settled' | 'left' | 'waiting' | 'refused' | 'again'> {
  if (view === null) return 'again';
  const answer = decide(view, context.rulesFor(turn.key));
  // A delete is under way: its tombstone has yet to learn what was sent.
  if (answer.do === 'nothing') return view.local?.deleting ? 'left' : 'settled';
  if (answer.do === 'recordForeignDelete' && !context.isGoneForGood(turn.key)) return 'waiting';
  const mayPush = hints.mayPush !== false && (context.mayPush?.(turn.key) ?? true);
  if (!mayPush && isPush(answer.do)) return 'settled';
  return (yield* act(context, turn, { view, answer })) === 'refused' ? 'refused' : 'again';
}

function isPush(name: ReturnType<typeof decide>['do']): boolean {
  return name === 'push' || name === 'pushDelete' || name === 'pushTombstone';
}

/** Whatever was sent in this turn is settled: the notes of it have done their work. */
function* forget(turn: Turn): Step<void> {
  for (const note of turn.notes.splice(0)) yield* ask({ side: 'local', op: 'forgetSent', note });
}
