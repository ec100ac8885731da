import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { type Holder } from '../operations/holder.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal, namingHolder, type Refusal } from '../operations/refusal.js';
import { type Answer } from '../protocol/answer.js';
import { decide } from '../protocol/decide.js';
import { type Body } from '../protocol/body.js';
import { type View } from '../protocol/state.js';
import { quarantineIdOf } from '../quarantine/quarantine-record.js';
import { act } from './act.js';
import { isBarred } from './is-barred.js';
import { keepLocal } from './keep-loser.js';
import { resolveCollision } from './resolve-collision.js';
import { rewrite } from './rewrite.js';
import { lookAt } from './look.js';
import { type InTheWay, replaceOrPark, setAside } from './leave-local.js';
import { refuse, storedState } from './take-atlas.js';
import { type ActResult, startTurn, type Turn } from './turn.js';

/** How often what the application makes of a loser may be in the way again. */
const MAX_CHANGES = 3;

/** Why a state of Atlas does not fit on Local. */
interface Refused {
  readonly view: View;
  readonly refusal: Refusal;
}

/**
 * Has another document of Local make way for a state of Atlas, which came to its unique value first there. It is decided
 * first what is to become of it, as of any key: it may be clean, on Atlas already, or beaten by a later version that has
 * given the value up. A local write that would go to Atlas loses: it waits in quarantine. Whatever leaves Local is stored
 * elsewhere before, and no deletion is made of it.
 */
export function* makeWay(context: EngineContext, turn: Turn, { view, refusal }: Refused): Step<ActResult> {
  const state = storedState(context, turn, { atlas: assertPresent(view.atlas, 'a state on Atlas to take') });
  const entries = [{ key: turn.key, body: state.body }];
  const [holder = null] = yield* ask({ side: 'local', op: 'findHolders', entries });
  // It left meanwhile; or which one it is cannot be found.
  if (!holder) return ++turn.collisionCount > 1 ? yield* refuse(context, turn, { state, refusal }) : 'missed';
  const named = namingHolder(refusal, holder);
  const [found = null] = yield* lookAt(context, [holder.key]);
  if (found === null || found === 'later' || !found.local) return 'missed';
  if (found.local.deleting || found.local.contended) return 'missed';
  // What was looked at may have been written between the two: only what is in the way after the look was so in it.
  const [still = null] = yield* ask({ side: 'local', op: 'findHolders', entries });
  if (still?.key !== holder.key) return 'missed';
  const other: Turn = { ...startTurn(holder.key), also: turn.also };
  const place: InTheWay = { turn: other, view: found, local: found.local };
  const answer = decide(found, context.rulesFor(holder.key));
  const loss = { ...named, holder: turn.key, holderStamp: state.stamp };
  const winner: Winner = { turn, view, refusal: loss, fields: holder.fields };
  const outcome = yield* clear(context, place, { answer, winner });
  // Where it cannot make way, the winner waits for it in quarantine, with it named, and is tried again once it moves on.
  return outcome === 'stays' ? yield* refuse(context, turn, { state, refusal: named }) : 'missed';
}

/** `stays`: what is in the way stays there until something else happens to it. */
type Clearing = 'settling' | 'stays';

/** What is to be done about a document in the way, and for whom. */
interface Clear {
  readonly answer: Answer;
  readonly winner: Winner;
}

function* clear(context: EngineContext, place: InTheWay, { answer, winner }: Clear): Step<Clearing> {
  const { turn, view, local } = place;
  if (local.dirty !== null && wouldStand(answer)) return yield* settleLoser(context, place, winner);
  if (answer.do === 'nothing') return 'stays';
  if (answer.do === 'recordForeignDelete' && !context.isGoneForGood(turn.key)) return 'settling';
  if (isBarred(context, turn.key, answer)) return 'settling';
  if (answer.do === 'takeAtlas') {
    const left = yield* replaceOrPark(context, place, { ...winner, keepLoser: answer.keepLoser });
    return left === 'refused' ? 'stays' : 'settling';
  }
  const result = yield* act(context, turn, { view, answer });
  // What a strategy made of the two collides as well: then the local write is one that came too late.
  if (isRefusal(result)) return yield* settleLoser(context, place, winner);
  return result === 'refused' ? 'stays' : 'settling';
}

/** Whether a local write would stay as it is, to be pushed: over what Atlas has, or held. */
function wouldStand(answer: Answer): boolean {
  if (answer.do === 'rebase') return answer.keepLoser;
  return answer.do === 'push' || answer.do === 'nothing';
}

/** The state of Atlas that came first. */
interface Winner {
  readonly turn: Turn;
  readonly view: View;
  readonly refusal: Refusal;
  readonly fields: Holder['fields'];
}

/** A local write that came too late: the application may make something else of it, or the two become one. */
function* settleLoser(context: EngineContext, place: InTheWay, winner: Winner): Step<Clearing> {
  const { key } = place.turn;
  const { turn, view, refusal, fields } = winner;
  const atlas = assertPresent(view.atlas, 'a state on Atlas to take');
  const resolution = resolveCollision(context, {
    loser: { key, body: place.local.body },
    winner: { key: turn.key, body: atlas.body },
    fields,
  });
  if (resolution.do === 'change' && ++turn.collisionCount <= MAX_CHANGES) {
    const done = yield* rewrite(context, { key, local: place.local, body: resolution.body });
    if (done === true) turn.also.push(key);
    if (!isRefusal(done)) return 'settling';
  }
  const entry = yield* setAside(context, place, refusal);
  if (entry === 'refused') return 'stays';
  if (entry === 'missed') return 'settling';
  const isOne = resolution.do === 'merge' && (yield* mergeInto(context, winner, resolution.body));
  if (isOne) {
    const loss = { view: place.view, reason: 'merged', winningStamp: atlas.stamp ?? entry.stamp } as const;
    yield* keepLocal(context, place.turn, loss);
    yield* ask({
      side: 'local',
      op: 'release',
      entries: [{ id: quarantineIdOf(entry), stamp: entry.stamp }],
    });
  } else if (!place.local.held) context.observer.quarantined(entry);
  return 'settling';
}

/** Takes the winner's state, and writes on top of it what the two were made into. */
function* mergeInto(context: EngineContext, { turn, view }: Winner, body: Body): Step<boolean> {
  const answer = decide(view, context.rulesFor(turn.key));
  if (answer.do !== 'takeAtlas' || !view.atlas) return false;
  if ((yield* act(context, turn, { view, answer })) !== 'done') return false;
  const expected = { stamp: view.atlas.stamp, dirty: null, held: false };
  const entries = [{ key: turn.key, expected, dirty: context.newId(), body }];
  const [done] = yield* ask({ side: 'local', op: 'rewrite', entries });
  return done === true;
}
