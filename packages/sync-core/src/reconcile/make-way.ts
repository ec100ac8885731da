import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { type Holder } from '../operations/holder.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal, type Refusal } from '../operations/refusal.js';
import { decide } from '../protocol/decide.js';
import { type LocalDocument, type View } from '../protocol/state.js';
import { quarantineIdOf } from '../quarantine/quarantine-record.js';
import { act } from './act.js';
import { expectedOf } from './expected.js';
import { lookAt } from './look.js';
import { refuse, storedState } from './take-atlas.js';
import { type ActResult, startTurn, type Turn } from './turn.js';

/** Why a state of Atlas does not fit on Local. */
interface Collision {
  readonly view: View;
  readonly refusal: Refusal;
}

/**
 * Has another document of Local make way for a state of Atlas, which came to its unique value first there. A document
 * with a local write loses: the write waits in quarantine. A clean one is looked at first, as Atlas' version of it may
 * have given the value up. Whatever leaves Local is stored elsewhere before, and no deletion is made of it.
 */
export function* makeWay(context: EngineContext, turn: Turn, { view, refusal }: Collision): Step<ActResult> {
  const state = storedState(context, turn, { atlas: assertPresent(view.atlas, 'a state on Atlas to take') });
  const [holder = null] = yield* ask({
    side: 'local',
    op: 'findHolders',
    entries: [{ key: turn.key, body: state.body }],
  });
  // It left meanwhile; or which one it is cannot be found.
  if (!holder) return ++turn.collisionCount > 1 ? yield* refuse(context, turn, { state, refusal }) : 'missed';
  const named: Refusal = { ...refusal, conflictingKey: holder.fields, holder: holder.key };
  const [found = null] = yield* lookAt([holder.key]);
  if (found === null || found === 'later' || !found.local || found.local.deleting) return 'missed';
  const other: Turn = { ...startTurn(holder.key), also: turn.also };
  const place: InTheWay = { turn: other, view: found, local: found.local };
  if (found.local.dirty !== null) {
    const loss = { ...named, holder: turn.key, conflictingKey: holder.fields };
    yield* setAside(context, place, loss);
    return 'missed';
  }
  const answer = decide(found, context.rulesFor(holder.key));
  if (answer.do === 'nothing') return yield* refuse(context, turn, { state, refusal: named });
  if (answer.do === 'takeAtlas') yield* replaceOrPark(context, place, holder);
  else if (answer.do !== 'recordForeignDelete' || context.isGoneForGood(holder.key))
    yield* act(context, other, { view: found, answer });
  return 'missed';
}

/** A document of Local that holds a value which Atlas has given to another one. */
interface InTheWay {
  readonly turn: Turn;
  readonly view: View;
  readonly local: LocalDocument;
}

/** A local write that came too late for its value: it waits in quarantine, and Atlas' version takes its place, if any. */
function* setAside(context: EngineContext, place: InTheWay, refusal: Refusal): Step<void> {
  const { turn, view, local } = place;
  const stamp = assertPresent(local.dirty, 'the id of a write to set aside');
  const { body } = local;
  const entry = { key: turn.key, direction: 'local-to-atlas', stamp, refusal, body, waits: 'aside' } as const;
  yield* ask({ side: 'local', op: 'quarantine', entry });
  const left = view.atlas?.stamp
    ? yield* replaceOrPark(context, place, { key: turn.key, fields: refusal.conflictingKey ?? {} })
    : yield* remove(place);
  // Written again since: then what was refused is no longer what the document holds.
  if (!left) yield* ask({ side: 'local', op: 'release', entries: [{ id: quarantineIdOf(entry), stamp }] });
  else if (!local.held) context.observer.quarantined(entry);
  if (left) turn.also.push(turn.key);
}

/** Atlas' version of it; where that one collides as well, the document leaves Local until its value is free. */
function* replaceOrPark(context: EngineContext, place: InTheWay, { fields }: Holder): Step<boolean> {
  const { turn, view, local } = place;
  const { key } = turn;
  const state = storedState(context, turn, { atlas: assertPresent(view.atlas, 'a state on Atlas to take') });
  const [result] = yield* ask({
    side: 'local',
    op: 'store',
    entries: [{ key, expected: expectedOf(local), state }],
  });
  if (!isRefusal(result)) return result === true;
  const refusal = { conflictingKey: fields, ...result };
  const { stamp, body } = state;
  const entry = { key, direction: 'atlas-to-local', stamp, refusal, body, waits: 'parked' } as const;
  yield* ask({ side: 'local', op: 'quarantine', entry });
  turn.also.push(key);
  return yield* remove(place);
}

/** What leaves Local is noted first, so that nobody takes it for a deletion. */
function* remove({ turn: { key }, local }: InTheWay): Step<boolean> {
  yield* ask({ side: 'local', op: 'noteRemoval', entries: [key] });
  const [removed] = yield* ask({
    side: 'local',
    op: 'remove',
    entries: [{ key, expected: expectedOf(local) }],
  });
  return removed === true;
}
