import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { ask, type Step } from '../operations/operation.js';
import { recordTogether } from './delete-together.js';
import { keepAtlas } from './keep-loser.js';
import { noteSent } from './note-sent.js';
import { pushOne } from './push-one.js';
import { seal } from './seal.js';
import { type ActResult, type AnswerOf, type Decision, type Turn } from './turn.js';

type AtlasAnswer = AnswerOf<
  'push' | 'pushDelete' | 'pushTombstone' | 'seal' | 'finishDelete' | 'recordForeignDelete'
>;

/** Carries out the answers that write on Atlas. */
export function* actOnAtlas(
  context: EngineContext,
  turn: Turn,
  { view, answer }: Decision<AtlasAnswer>,
): Step<ActResult> {
  switch (answer.do) {
    case 'push':
      return yield* pushOne(context, { turn, view, answer });
    case 'pushDelete':
    case 'pushTombstone':
      yield* pushDeletion(context, turn, { view, answer });
      return 'done';
    case 'seal':
      return (yield* seal(context, [{ turn, view, answer }]))[0] === 'refused' ? 'refused' : 'done';
    case 'finishDelete':
      yield* finishDelete(context, turn, { view, answer });
      return 'done';
    case 'recordForeignDelete':
      yield* recordTogether(context, [{ turn, view, answer }]);
      return 'done';
  }
}

/** Removes on Atlas first and writes the tombstone next, so that a tombstone is a fact. A later look acknowledges. */
function* pushDeletion(
  context: EngineContext,
  turn: Turn,
  { view, answer }: Decision<AnswerOf<'pushDelete' | 'pushTombstone'>>,
): Step<void> {
  const { key } = turn;
  yield* noteSent(context, turn, answer.stamp);
  if (answer.do === 'pushDelete') {
    const [removed] = yield* ask({ side: 'atlas', op: 'remove', entries: [{ key, base: answer.base }] });
    if (removed !== true) return;
  }
  const last = view.localTombstone?.last ?? null;
  const entries = [{ key, stamp: answer.stamp, base: answer.base, last }];
  yield* ask({ side: 'atlas', op: 'writeTombstone', entries });
}

function* finishDelete(
  context: EngineContext,
  turn: Turn,
  { view, answer }: Decision<AnswerOf<'finishDelete'>>,
): Step<void> {
  const base = assertPresent(view.atlas?.stamp, 'the version of a dead state');
  if (answer.keepCopy) yield* keepAtlas(context, turn, { view, reason: 'deleted' });
  yield* ask({ side: 'atlas', op: 'remove', entries: [{ key: turn.key, base }] });
}
