import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { ask, type Step } from '../operations/operation.js';
import { recordTogether } from './delete-together.js';
import { keepAtlas } from './keep-loser.js';
import { pushDeletions } from './push-deletions.js';
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
      yield* pushDeletions(context, [{ turn, view, answer }]);
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

function* finishDelete(
  context: EngineContext,
  turn: Turn,
  { view, answer }: Decision<AnswerOf<'finishDelete'>>,
): Step<void> {
  const base = assertPresent(view.atlas?.stamp, 'the version of a dead state');
  if (answer.keepCopy) yield* keepAtlas(context, turn, { view, reason: 'deleted' });
  yield* ask({ side: 'atlas', op: 'remove', entries: [{ key: turn.key, base }] });
}
