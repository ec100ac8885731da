import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal } from '../operations/refusal.js';
import { createStamp, latest, lowestStamp, stampFor, type Stamp } from '../protocol/stamp.js';
import { pushOne } from './push-one.js';
import { keepAtlas, keepLocal } from './keep-loser.js';
import { noteSent } from './note-sent.js';
import { refuse } from './take-atlas.js';
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
      return yield* pushOne(context, turn, { view, answer });
    case 'pushDelete':
    case 'pushTombstone':
      yield* pushDeletion(context, turn, { view, answer });
      return 'done';
    case 'seal':
      return yield* seal(context, turn, { view, answer });
    case 'finishDelete':
      yield* finishDelete(context, turn, { view, answer });
      return 'done';
    case 'recordForeignDelete':
      yield* recordForeignDelete(context, turn, { view, answer });
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

/** What Atlas does not let be sealed stays there alone, and waits in quarantine: no branch can take what has no version. */
function* seal(
  context: EngineContext,
  turn: Turn,
  { view, answer }: Decision<AnswerOf<'seal'>>,
): Step<ActResult> {
  const atlas = assertPresent(view.atlas, 'a state on Atlas to seal');
  if (answer.keepLocal) yield* keepLocal(context, turn, { view, reason: 'uncaptured-edit' });
  const { body } = atlas;
  const stamp = foreignStamp(context, turn.foreignAtMs, latest(answer.above, atlas.stamp));
  const result = yield* ask({
    side: 'atlas',
    op: 'seal',
    key: turn.key,
    expected: atlas.stamp,
    ...{ stamp, body },
    ...(atlas.stamp !== null && atlas.edited !== 'no' && { base: atlas.stamp }),
    versionFloor: view.local?.info.version ?? 0,
  });
  return isRefusal(result)
    ? yield* refuse(context, turn, { state: { stamp, body }, refusal: result })
    : 'done';
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

/** Writes a tombstone in the name of whoever deleted past bomba-sync. */
function* recordForeignDelete(
  context: EngineContext,
  turn: Turn,
  { view, answer }: Decision<AnswerOf<'recordForeignDelete'>>,
): Step<void> {
  const { key } = turn;
  const [now] = yield* ask({ side: 'atlas', op: 'readDocuments', entries: [key] });
  if (now) return; // it came back since
  yield* keepLocal(context, turn, { view, reason: 'unexplained-deletion' });
  const stamp = foreignStamp(context, answer.timeMs ?? turn.foreignAtMs, answer.base);
  yield* ask({ side: 'atlas', op: 'writeTombstone', entries: [{ key, stamp, base: answer.base }] });
}

/** A version for what a foreign hand did: at its time, or as low as possible where that is unknown. */
function foreignStamp({ random }: EngineContext, timeMs: number | null, above: Stamp | null): Stamp {
  const bytes = random.bytes(16);
  return stampFor(
    timeMs === null ? lowestStamp(bytes) : createStamp({ timeMs, counter: 0, random: bytes }),
    above,
  );
}
