import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { ask, type Step } from '../operations/operation.js';
import { latest, stampTimeMs, type Stamp } from '../protocol/stamp.js';
import { type View } from '../protocol/state.js';
import { amendTombstone } from './amend-tombstone.js';
import { keepAtlas, keepDeletion } from './keep-loser.js';
import { type ActResult, type AnswerOf, type Decided, type Decision, type Turn } from './turn.js';

type TombstoneAnswer = AnswerOf<'noteDelete' | 'acknowledgeDelete' | 'rebaseDelete' | 'dropPending'>;

const NOT_PENDING = { pending: null, base: null, last: null } as const;

/** Carries out the answers that change only Local's tombstone. */
export function* actOnTombstone(
  context: EngineContext,
  turn: Turn,
  { view, answer }: Decision<TombstoneAnswer>,
): Step<ActResult> {
  const { key } = turn;
  if (answer.do === 'noteDelete') {
    const { stamp } = assertPresent(view.atlasTombstone, 'a tombstone on Atlas');
    yield* ask({ side: 'local', op: 'noteTombstone', entries: [{ key, stamp, over: null }] });
    return 'done';
  }
  if (answer.do === 'dropPending') {
    if (answer.lost) yield* keepDeletion(context, turn, view);
    yield* dropPending(turn, view, answer.floor);
    return 'done';
  }
  const pending = assertPresent(view.localTombstone?.pending, 'a pending deletion');
  if (answer.do === 'rebaseDelete') {
    if (answer.keepLoser) yield* keepAtlas(context, turn, { view, reason: 'deleted' });
    yield* amendTombstone(turn, pending, { base: answer.onto });
    return 'done';
  }
  yield* acknowledgeDeletions(context, [{ turn, view, answer }]);
  return 'done';
}

/** A key whose deletion is on Atlas. */
export type ToAcknowledgeDelete = Decided<AnswerOf<'acknowledgeDelete'>>;

/** Has deletions that are on Atlas pending no more, in one round trip. */
export function* acknowledgeDeletions(
  context: EngineContext,
  decided: readonly ToAcknowledgeDelete[],
): Step<readonly ActResult[]> {
  const entries = decided.map(({ turn: { key }, view: { localTombstone }, answer: { stamp } }) => ({
    key,
    pending: assertPresent(localTombstone?.pending, 'a pending deletion'),
    set: { ...NOT_PENDING, stamp: latest(localTombstone?.stamp, stamp) },
  }));
  const amended = yield* ask({ side: 'local', op: 'amendTombstone', entries });
  return entries.map(({ key, pending }, i) => {
    if (amended[i] !== true) return 'missed';
    context.observer.applied('local-to-atlas', key, stampTimeMs(pending));
    return 'done';
  });
}

/** Gives a pending deletion up; what it may have become on Atlas stays as a floor. */
export function* dropPending(turn: Turn, { localTombstone }: View, floor: Stamp): Step<void> {
  const pending = assertPresent(localTombstone?.pending, 'a pending deletion to give up');
  const set = { ...NOT_PENDING, floor: latest(localTombstone?.floor, floor) };
  yield* amendTombstone(turn, pending, set);
}
