import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { ask, type Step } from '../operations/operation.js';
import { noteSent, type SentWrite } from './note-sent.js';
import { type ActResult, type AnswerOf, type Decided } from './turn.js';

/** A key whose document the application has deleted, and Atlas is to lose. */
export type ToPushDelete = Decided<AnswerOf<'pushDelete' | 'pushTombstone'>>;

/**
 * Removes on Atlas first and writes tombstones next, so that a tombstone is a fact; a later look acknowledges. Until then the
 * turns share the note of what was sent.
 */
export function* pushDeletions(
  context: EngineContext,
  decided: readonly ToPushDelete[],
): Step<readonly ActResult[]> {
  const note = yield* noteSent(context, decided.map(sentDeletion));
  for (const { turn } of decided) {
    turn.notes.push(note);
    turn.wasUpToDate = true;
  }
  const gone = yield* removeOnAtlas(decided);
  const entries = decided
    .filter(({ turn }) => gone.has(turn))
    .map(({ turn: { key }, view, answer: { stamp, base } }) => {
      return { key, stamp, base, last: view.localTombstone?.last ?? null };
    });
  if (entries.length > 0) yield* ask({ side: 'atlas', op: 'writeTombstone', entries });
  return decided.map(({ turn }) => (gone.has(turn) ? 'done' : 'missed'));
}

function sentDeletion({ turn: { key }, view, answer: { stamp } }: ToPushDelete): SentWrite {
  return { key, stamp, dirty: assertPresent(view.localTombstone?.pending, 'a pending deletion to push') };
}

/** Returns the turns whose document is not on Atlas any more, or was not before. */
function* removeOnAtlas(decided: readonly ToPushDelete[]): Step<ReadonlySet<ToPushDelete['turn']>> {
  const gone = new Set(decided.map(({ turn }) => turn));
  const present = decided.flatMap(({ turn, answer }) =>
    answer.do === 'pushDelete' ? [{ turn, base: answer.base }] : [],
  );
  if (present.length === 0) return gone;
  const entries = present.map(({ turn: { key }, base }) => ({ key, base }));
  const removed = yield* ask({ side: 'atlas', op: 'remove', entries });
  for (const [i, { turn }] of present.entries()) if (removed[i] !== true) gone.delete(turn);
  return gone;
}
