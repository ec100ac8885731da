import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { ask, type Step } from '../operations/operation.js';
import { stampTimeMs } from '../protocol/stamp.js';
import { type LocalDocument } from '../protocol/state.js';
import { expectedOf } from './expected.js';
import { foreignStamp } from './foreign-stamp.js';
import { keepLocals } from './keep-loser.js';
import { type ActResult, type AnswerOf, type Decided } from './turn.js';
import { writeOver } from './write-over.js';

/** A key that is gone from Atlas for good, with nobody to say why. */
export type ToRecord = Decided<AnswerOf<'recordForeignDelete'>>;

/** A key whose document on Local is to follow a deletion. */
export type ToTakeDelete = Decided<AnswerOf<'takeDelete'>>;

/**
 * Writes tombstones in the name of whoever deleted past bomba-sync, behind a copy of each document. Those that came back
 * since are missed.
 */
export function* recordTogether(
  context: EngineContext,
  decided: readonly ToRecord[],
): Step<readonly ActResult[]> {
  const keys = decided.map(({ turn }) => turn.key);
  const now = yield* ask({ side: 'atlas', op: 'readDocuments', entries: keys });
  const gone = decided.filter((_, i) => !now[i]);
  if (gone.length > 0) {
    const reason = 'unexplained-deletion';
    yield* keepLocals(
      context,
      gone.map(({ turn, view }) => ({ turn, view, reason })),
    );
    const entries = gone.map(({ turn, answer: { base, timeMs } }) => {
      const stamp = foreignStamp(context, timeMs ?? turn.foreignAtMs, base);
      return { key: turn.key, stamp, base };
    });
    yield* ask({ side: 'atlas', op: 'writeTombstone', entries });
  }
  return decided.map((_, i) => (now[i] ? 'missed' : 'done'));
}

/** Removes documents that were deleted elsewhere. What leaves Local is noted first; what was written since stays. */
export function* takeDeletesTogether(
  context: EngineContext,
  decided: readonly ToTakeDelete[],
): Step<readonly ActResult[]> {
  const losing = decided.filter(({ answer }) => answer.keepLoser);
  yield* keepLocals(
    context,
    losing.map(({ turn, view }) => ({ turn, view, reason: 'deleted' })),
  );
  const deletions = decided.map(({ turn: { key }, view, answer: { stamp } }) => {
    return { key, stamp, over: writeOver(view.local) };
  });
  const noted = yield* ask({ side: 'local', op: 'noteTombstone', entries: deletions });
  const leaving = decided.filter((_, i) => noted[i] === true);
  const removed = new Set(yield* removeAll(leaving));
  for (const one of removed) {
    context.observer.applied('atlas-to-local', one.turn.key, stampTimeMs(one.answer.stamp));
  }
  return decided.map((one) => (removed.has(one) ? 'done' : 'missed'));
}

function* removeAll(leaving: readonly ToTakeDelete[]): Step<readonly ToTakeDelete[]> {
  if (leaving.length === 0) return [];
  const entries = leaving.map((one) => ({ key: one.turn.key, expected: expectedOf(localOf(one)) }));
  const removed = yield* ask({ side: 'local', op: 'remove', entries });
  return leaving.filter((_, i) => removed[i] === true);
}

function localOf({ view }: ToTakeDelete): LocalDocument {
  return assertPresent(view.local, 'a local document to remove');
}
