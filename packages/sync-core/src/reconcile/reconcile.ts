import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal } from '../operations/refusal.js';
import { decide } from '../protocol/decide.js';
import { type View } from '../protocol/state.js';
import { releaseGone } from '../quarantine/release-gone.js';
import { act } from './act.js';
import { actTogether } from './act-together.js';
import { isBarred } from './is-barred.js';
import { type FoundKey, lookAtSome } from './look-at-some.js';
import { makeWay } from './make-way.js';
import { type Decided, startTurn, type Turn } from './turn.js';

/** How often a key is looked at in one turn: others may be writing it all the while. */
const MAX_LOOKS = 12;

/** How many keys are looked at together. */
const PAGE_SIZE = 500;

/** How a turn over some keys ended. */
export interface ReconcileResult {
  /** Gone from Atlas without a tombstone, which may still come: to be looked at again later. */
  readonly waiting: readonly DocumentKey[];
  /** Still changing after many looks, locked on Local, or not to be written on Atlas now: to be looked at again soon. */
  readonly unsettled: readonly DocumentKey[];
  /**
   * Left to push: nothing of Atlas is missing on Local, which has what Atlas has not. The key must not be pushed now, or the
   * application writes it all the while.
   */
  readonly toPush: readonly DocumentKey[];
  /** Local will not store what Atlas has: in quarantine, and as they were. */
  readonly refused: readonly DocumentKey[];
}

/** What a caller knows of the keys. */
export interface ReconcileHints {
  /** When a foreign hand wrote a key on Atlas, in ms since the epoch. */
  readonly foreignAtMs?: ReadonlyMap<DocumentKey, number>;
  /** More keys, which have just been looked at. */
  readonly seen?: readonly FoundKey[];
}

type Outcome = 'settled' | 'absent' | 'left' | 'waiting' | 'barred' | 'toPush' | 'refused' | 'again';

/**
 * Looks, decides and acts, for each key, until nothing is left to do. Right for any key at any time, at the cost of
 * reading both sides; the lanes of push and pull leave to it whatever is not plain.
 */
export function* reconcile(
  context: EngineContext,
  keys: readonly DocumentKey[],
  hints: ReconcileHints = {},
): Step<ReconcileResult> {
  const inTurn = new Set<DocumentKey>();
  const { turns } = context.pushes;
  const begin = (key: DocumentKey): void => {
    if (!inTurn.has(key)) turns.begin(key);
    inTurn.add(key);
  };
  try {
    return yield* reconcileInTurns(context, keys, { ...hints, begin });
  } finally {
    for (const key of inTurn) turns.end(key);
  }
}

function* reconcileInTurns(
  context: EngineContext,
  keys: readonly DocumentKey[],
  { foreignAtMs, seen = [], begin }: ReconcileHints & { readonly begin: (key: DocumentKey) => void },
): Step<ReconcileResult> {
  const ended = nobody();
  const settled: string[] = [];
  const turns = new Map<DocumentKey, Turn>();
  let again: DocumentKey[] = [...keys];
  const visit = function* (found: readonly FoundKey[]): Step<void> {
    const decided = found.flatMap(({ key, view }): readonly Decided[] => {
      const turn = turns.get(key) ?? startTurn(key, foreignAtMs?.get(key));
      turns.set(key, turn);
      if (!view) {
        again.push(key);
        return [];
      }
      const answer = decide(view, context.rulesFor(key));
      if (answer.do !== 'recordForeignDelete') context.isNotGone?.(key);
      return [{ turn, view, answer }];
    });
    const together = yield* actTogether(context, decided);
    for (const { turn, view } of decided) {
      const outcome = together.get(turn) ?? (yield* reconcileOnce(context, turn, view));
      (outcome === 'again' ? again : ended[outcome]).push(turn.key);
      if (isOver(outcome)) settled.push(...turn.notes.splice(0));
      again.push(...turn.also.splice(0));
    }
    yield* forget(settled.splice(0), turns.values());
  };
  for (const { key } of seen) begin(key);
  if (seen.length > 0) yield* visit(seen);
  let open = [...new Set(again)];
  for (let look = 0; open.length > 0 && look < MAX_LOOKS; look++) {
    again = [];
    for (const key of open) begin(key);
    for (let rest: readonly DocumentKey[] = open; rest.length > 0;) {
      const { found, later } = yield* lookAtSome(context, rest, { limit: PAGE_SIZE, untouched: false });
      rest = later;
      yield* visit(found);
    }
    open = [...new Set(again)];
  }
  yield* releaseGone(context, ended.absent);
  const isBusy = (key: DocumentKey): boolean => turns.get(key)?.wasUpToDate === true;
  return {
    waiting: ended.waiting,
    unsettled: [...ended.barred, ...open.filter((key) => !isBusy(key))],
    toPush: [...ended.toPush, ...open.filter(isBusy)],
    refused: ended.refused,
  };
}

/** The keys by how their turn ended. */
function nobody(): Record<Exclude<Outcome, 'again'>, DocumentKey[]> {
  return { settled: [], absent: [], left: [], waiting: [], barred: [], toPush: [], refused: [] };
}

/** Whether what was sent of a key is known to be settled by that. */
function isOver(outcome: Outcome): boolean {
  return outcome !== 'again' && outcome !== 'left' && outcome !== 'waiting' && outcome !== 'barred';
}

function* reconcileOnce(context: EngineContext, turn: Turn, view: View): Step<Outcome> {
  const answer = decide(view, context.rulesFor(turn.key));
  if (answer.do === 'nothing') return outcomeOfNothing(view);
  if (answer.do === 'recordForeignDelete' && !context.isGoneForGood(turn.key)) return 'waiting';
  if (isPush(answer.do)) {
    turn.wasUpToDate = true;
    if (!(context.mayPush?.(turn.key) ?? true)) return 'toPush';
  }
  if (isBarred(context, turn.key, answer)) return 'barred';
  const result = yield* act(context, turn, { view, answer });
  const settled = isRefusal(result) ? yield* makeWay(context, turn, { view, refusal: result }) : result;
  return settled === 'refused' ? 'refused' : 'again';
}

/** Where a delete is under way, its tombstone has yet to learn what was sent. */
function outcomeOfNothing({ local, atlas }: View): Outcome {
  if (!local && !atlas) return 'absent';
  if (local?.contended) return 'again';
  return local?.deleting ? 'left' : 'settled';
}

function isPush(name: ReturnType<typeof decide>['do']): boolean {
  return name === 'push' || name === 'pushDelete' || name === 'pushTombstone';
}

/** Whatever was sent in the turns that had these notes is settled: unless others share them, they have done their work. */
function* forget(notes: readonly string[], turns: Iterable<Turn>): Step<void> {
  if (notes.length === 0) return;
  const done = new Set(notes);
  for (const turn of turns) for (const note of turn.notes) done.delete(note);
  for (const note of done) yield* ask({ side: 'local', op: 'forgetSent', note });
}
