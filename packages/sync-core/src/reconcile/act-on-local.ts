import { type EngineContext } from '../engine/engine-context.js';
import { type Amendment } from '../operations/local-operation.js';
import { ask, type Step } from '../operations/operation.js';
import { lowestStamp, stampTimeMs, type Stamp, withTime } from '../protocol/stamp.js';
import { type LocalDocument, type View } from '../protocol/state.js';
import { assertPresent } from '../errors/assert-present.js';
import { amendTombstone } from './amend-tombstone.js';
import { takeDeletesTogether } from './delete-together.js';
import { expectedOf } from './expected.js';
import { keepAtlas, keepLocal } from './keep-loser.js';
import { takeAtlas } from './take-atlas.js';
import { type ActResult, type AnswerOf, type Decision, type Turn } from './turn.js';

type NewBase = NonNullable<Amendment['base']>;

type LocalAnswer = AnswerOf<
  | 'acknowledge'
  | 'rebase'
  | 'takeAtlas'
  | 'takeDelete'
  | 'adopt'
  | 'markDirty'
  | 'clear'
  | 'correctTime'
  | 'removeLocal'
>;

/** Carries out the answers that change Local's document. */
export function* actOnLocal(
  context: EngineContext,
  turn: Turn,
  { view, answer }: Decision<LocalAnswer>,
): Step<ActResult> {
  switch (answer.do) {
    case 'takeAtlas':
      return yield* takeAtlas(context, turn, { view, answer });
    case 'takeDelete':
      yield* takeDeletesTogether(context, [{ turn, view, answer }]);
      return 'done';
    case 'rebase':
      if (answer.keepLoser) yield* keepAtlas(context, turn, { view, reason: 'concurrent-update' });
      yield* rebase(context, turn, { view, stamp: answer.onto, isConflict: answer.keepLoser });
      return 'done';
    case 'acknowledge':
    case 'adopt':
      yield* acknowledge(context, turn, { view, answer });
      return 'done';
    case 'markDirty':
      yield* markDirty(context, turn, view.local);
      return 'done';
    case 'clear':
      yield* amend(turn, view.local, { dirty: null, held: false });
      return 'done';
    case 'correctTime':
      yield* correctTime(turn, { view, answer });
      return 'done';
    case 'removeLocal':
      yield* removeLocal(context, turn, { view, answer });
      return 'done';
  }
}

/**
 * What Local holds builds on that version from now on, also what the application has written meanwhile; a conflict that
 * it won is counted in the document. A write that was held is to be tried again: it was refused on top of another version,
 * or for the sake of one.
 */
export function* rebase(
  context: EngineContext,
  turn: Turn,
  { view, stamp, isConflict }: { readonly view: View; readonly stamp: Stamp; readonly isConflict: boolean },
): Step<void> {
  const base = baseOf(context, turn, { view, stamp });
  const conflictCount = base.info.conflictCount + Number(isConflict);
  yield* moveBase(turn, view.local, { ...base, info: { ...base.info, conflictCount } });
}

/**
 * What the application has written since the look, on the same base, contains what was looked at: the base moves under
 * it too. Else a document that is written all the time would never settle.
 */
function* moveBase(turn: Turn, local: LocalDocument | null, base: NewBase): Step<boolean> {
  const set = { base, ...(local?.held && { held: false }) };
  return yield* amend(turn, local, set, { orWrittenSince: local !== null && mayBeWrittenSince(local) });
}

/** Without a base it may be another document by now; what is held is not in the index that shows what was written. */
function mayBeWrittenSince({ stamp, dirty, held }: LocalDocument): boolean {
  return stamp !== null && dirty !== null && !held;
}

/** A conditional change of the document's marks, as it was looked at. */
function* amend(
  turn: Turn,
  local: LocalDocument | null,
  set: Amendment,
  { orWrittenSince = false } = {},
): Step<boolean> {
  const document = assertPresent(local, 'a local document to amend');
  const [done] = yield* ask({
    side: 'local',
    op: 'amend',
    entries: [
      { key: turn.key, expected: expectedOf(document), set, ...(orWrittenSince && { orWrittenSince }) },
    ],
  });
  return done === true;
}

/**
 * Gives a write past capture an id. The digest goes: where it was made of the very bytes that differ from Atlas', the
 * write would count as one that changed nothing.
 */
function* markDirty(context: EngineContext, turn: Turn, local: LocalDocument | null): Step<void> {
  yield* amend(turn, local, toMarked(context, assertPresent(local, 'a local document to mark')));
}

/** The change of marks by which a write past capture gets an id, the lowest as its time is unknown. */
export function toMarked({ random }: EngineContext, { stamp, info }: LocalDocument): Amendment {
  const base = stamp === null ? {} : { base: { stamp, digest: null, info } };
  return { ...base, dirty: lowestStamp(random.bytes(16)), held: false };
}

/** The base that Atlas' present version makes: its digest is that of the bytes just looked at. */
export function baseOf(
  context: EngineContext,
  { key }: Pick<Turn, 'key'>,
  { view, stamp }: { readonly view: Decision['view']; readonly stamp: Stamp },
): NewBase {
  const { atlas, local } = view;
  if (atlas?.stamp === stamp) return { stamp, digest: context.digestOf(key, atlas.body), info: atlas.info };
  return { stamp, digest: null, info: local?.info ?? { version: 0, conflictCount: 0, instanceId: null } };
}

/** What Local holds is on Atlas as that version. Where the application has written since, only the base moves on. */
function* acknowledge(
  context: EngineContext,
  turn: Turn,
  { view, answer }: Decision<AnswerOf<'acknowledge' | 'adopt'>>,
): Step<void> {
  const local = assertPresent(view.local, 'a local document to acknowledge');
  const base = baseOf(context, turn, { view, stamp: answer.stamp });
  const done = yield* amend(turn, local, { base, dirty: null, held: false });
  if (local.dirty === null) return;
  if (done || (mayBeWrittenSince(local) && (yield* moveBase(turn, local, base))))
    context.observer.applied('local-to-atlas', turn.key, stampTimeMs(local.dirty));
}

/** A write that was held is to be tried again: its entry in quarantine is of an id that is no more. */
function* correctTime(turn: Turn, { view, answer }: Decision<AnswerOf<'correctTime'>>): Step<void> {
  const { local, localTombstone } = view;
  const right = (id: Stamp): Stamp =>
    stampTimeMs(id) > answer.ceilingMs ? withTime(id, answer.ceilingMs) : id;
  if (local?.dirty) {
    const dirty = right(local.dirty);
    yield* amend(turn, local, { dirty, held: local.held && dirty === local.dirty });
  }
  if (!localTombstone?.pending) return;
  const { pending, last } = localTombstone;
  yield* amendTombstone(turn, pending, { pending: right(pending), last: last && right(last) });
}

/** A deletion whose document is still there, unchanged since: the tombstone takes its version for its base. */
function* removeLocal(
  context: EngineContext,
  turn: Turn,
  { view, answer }: Decision<AnswerOf<'removeLocal'>>,
): Step<void> {
  const local = assertPresent(view.local, 'a local document to remove');
  const pending = assertPresent(view.localTombstone?.pending, 'a pending deletion');
  if (answer.keepCopy) yield* keepLocal(context, turn, { view, reason: 'deleted' });
  yield* amendTombstone(turn, pending, { base: answer.thenBase });
  yield* ask({ side: 'local', op: 'remove', entries: [{ key: turn.key, expected: expectedOf(local) }] });
}
