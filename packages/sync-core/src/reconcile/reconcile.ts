import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal } from '../operations/refusal.js';
import { decide } from '../protocol/decide.js';
import { type View } from '../protocol/state.js';
import { act } from './act.js';
import { lookAt } from './look.js';
import { makeWay } from './make-way.js';
import { startTurn, type Turn } from './turn.js';

/** How often a key is looked at in one turn: others may be writing it all the while. */
const MAX_LOOKS = 12;

/** How many keys are looked at together. */
const PAGE_SIZE = 500;

/** How a turn over some keys ended. */
export interface ReconcileResult {
  /** Gone from Atlas without a tombstone, which may still come: to be looked at again later. */
  readonly waiting: readonly DocumentKey[];
  /** Still changing after many looks, or locked on Local: to be looked at again soon. */
  readonly unsettled: readonly DocumentKey[];
  /** The application writes it all the while, on top of what Atlas has: nothing is missing on Local; left to push. */
  readonly busy: readonly DocumentKey[];
  /** Local will not store what Atlas has: in quarantine, and as they were. */
  readonly refused: readonly DocumentKey[];
}

/** What a caller knows of the keys. */
export interface ReconcileHints {
  /** When a foreign hand wrote a key on Atlas, in ms since the epoch. */
  readonly foreignAtMs?: ReadonlyMap<DocumentKey, number>;
}

type Outcome = 'settled' | 'left' | 'waiting' | 'refused' | 'again';

/**
 * Looks, decides and acts, for each key, until nothing is left to do. Right for any key at any time, at the cost of
 * reading both sides; the lanes of push and pull leave to it whatever is not plain.
 */
export function* reconcile(
  context: EngineContext,
  keys: readonly DocumentKey[],
  { foreignAtMs }: ReconcileHints = {},
): Step<ReconcileResult> {
  const waiting: DocumentKey[] = [];
  const refused: DocumentKey[] = [];
  const turns = new Map<DocumentKey, Turn>();
  let open = [...new Set(keys)];
  for (let look = 0; open.length > 0 && look < MAX_LOOKS; look++) {
    const again: DocumentKey[] = [];
    yield* lookThrough(context, open, function* (key, view) {
      const turn = turns.get(key) ?? startTurn(key, foreignAtMs?.get(key));
      turns.set(key, turn);
      const outcome = yield* reconcileOnce(context, turn, view);
      if (outcome === 'again') again.push(key);
      else if (outcome === 'waiting') waiting.push(key);
      else if (outcome !== 'left') {
        if (outcome === 'refused') refused.push(key);
        yield* forget(turn);
      }
      again.push(...turn.also.splice(0));
    });
    open = [...new Set(again)];
  }
  const isBusy = (key: DocumentKey): boolean => turns.get(key)?.wasUpToDate === true;
  return { waiting, unsettled: open.filter((key) => !isBusy(key)), busy: open.filter(isBusy), refused };
}

/** Looks at the keys page by page, and goes on with each page before it looks at the next. */
function* lookThrough(
  context: EngineContext,
  keys: readonly DocumentKey[],
  visit: (key: DocumentKey, view: View | null) => Step<void>,
): Step<void> {
  for (let rest = keys; rest.length > 0;) {
    const page = rest.slice(0, PAGE_SIZE);
    const looks = yield* lookAt(context, page);
    const later: DocumentKey[] = [];
    for (const [i, key] of page.entries()) {
      const view = looks[i] ?? null;
      if (view === 'later') later.push(key);
      else yield* visit(key, view);
    }
    rest = [...later, ...rest.slice(PAGE_SIZE)];
  }
}

function* reconcileOnce(context: EngineContext, turn: Turn, view: View | null): Step<Outcome> {
  if (view === null) return 'again';
  const answer = decide(view, context.rulesFor(turn.key));
  if (answer.do === 'nothing') return outcomeOfNothing(view);
  if (answer.do === 'recordForeignDelete' && !context.isGoneForGood(turn.key)) return 'waiting';
  if (isPush(answer.do)) {
    turn.wasUpToDate = true;
    if (!(context.mayPush?.(turn.key) ?? true)) return 'settled';
  }
  const result = yield* act(context, turn, { view, answer });
  const settled = isRefusal(result) ? yield* makeWay(context, turn, { view, refusal: result }) : result;
  return settled === 'refused' ? 'refused' : 'again';
}

/** Where a delete is under way, its tombstone has yet to learn what was sent. */
function outcomeOfNothing({ local }: View): Outcome {
  if (local?.contended) return 'again';
  return local?.deleting ? 'left' : 'settled';
}

function isPush(name: ReturnType<typeof decide>['do']): boolean {
  return name === 'push' || name === 'pushDelete' || name === 'pushTombstone';
}

/** Whatever was sent in this turn is settled: the notes of it have done their work. */
function* forget(turn: Turn): Step<void> {
  for (const note of turn.notes.splice(0)) yield* ask({ side: 'local', op: 'forgetSent', note });
}
