import { passModels } from '../apply-logic/pass-models.js';
import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { type StoredState } from '../operations/local-operation.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal, type Refusal } from '../operations/refusal.js';
import { type Body, sameBody } from '../protocol/body.js';
import { isLater, stampTimeMs } from '../protocol/stamp.js';
import { type AtlasDocument, type LocalTombstone, type View } from '../protocol/state.js';
import { expectedAfter, expectedOf } from './expected.js';
import { keepDeletion, keepLocal } from './keep-loser.js';
import { dropPending } from './act-on-tombstone.js';
import { type ActResult, type AnswerOf, type Decision, type Turn } from './turn.js';
import { writeOver } from './write-over.js';

/** What is to be taken. */
interface Taking extends Decision<AnswerOf<'takeAtlas'>> {
  /** Somebody chose to have it though its model refuses it: then it is stored as it is. Default false. */
  readonly pastModel?: boolean;
  /** False: the local write that it takes the place of has not lost to it, and goes on should its model refuse it. Default true. */
  readonly hasLost?: boolean;
}

/** Brings Atlas' present state to Local, over a document that lost or was clean, or where there is none. */
export function* takeAtlas(
  context: EngineContext,
  turn: Turn,
  { view, answer, pastModel = false, hasLost = true }: Taking,
): Step<ActResult> {
  const atlas = assertPresent(view.atlas, 'a state on Atlas to take');
  const passed = yield* passModels(context, [{ key: turn.key, atlas, local: view.local }]);
  const output = passed.get(turn.key) ?? atlas.body;
  if (isRefusal(output) && !pastModel)
    return yield* refuseByModel(context, turn, { view, refusal: output, hasLost });
  const state = storedState(context, turn, isRefusal(output) ? { atlas } : { atlas, output });
  if (answer.keepLoser) yield* keepLocal(context, turn, { view, reason: 'concurrent-update' });
  if (answer.floor !== null) yield* keepDeletion(context, turn, view);
  let result: boolean | Refusal | undefined;
  if (view.local) {
    const entries = [{ key: turn.key, expected: expectedOf(view.local), state }];
    [result] = yield* ask({ side: 'local', op: 'store', entries });
  } else {
    yield* noteEarlierDeletion(turn, view);
    result = yield* insertUnlessDeleted(turn, state, view.localTombstone);
  }
  if (isRefusal(result)) {
    return result.code === 'SYNC_WRITE_UNIQUE'
      ? result
      : yield* refuse(context, turn, { state, refusal: result });
  }
  if (result === true) context.observer.applied('atlas-to-local', turn.key, stampTimeMs(state.stamp));
  if (answer.floor !== null) yield* dropPending(turn, view, answer.floor);
  return result === true ? 'done' : 'missed';
}

/** Atlas' state as Local stores it; where logic made something else of it, that is a local write on top of it. */
export function storedState(
  context: EngineContext,
  { key }: Pick<Turn, 'key'>,
  { atlas, output = atlas.body }: { readonly atlas: AtlasDocument; readonly output?: Body },
): StoredState {
  const stamp = assertPresent(atlas.stamp, 'the version of a state to take');
  const state = { stamp, body: output, digest: context.digestOf(key, atlas.body), info: atlas.info };
  return sameBody(output, atlas.body) ? state : { ...state, dirty: context.newId(), derived: true };
}

/**
 * A deletion that Local has not heard of comes first, before a document leaves Local for a while and before it is there again:
 * what was left of the one before the deletion is not of the one behind it.
 */
export function* noteEarlierDeletion(
  { key }: Turn,
  { local, localTombstone, atlasTombstone }: View,
): Step<void> {
  if (!atlasTombstone || !isLater(atlasTombstone.stamp, localTombstone?.stamp ?? null)) return;
  const entries = [{ key, stamp: atlasTombstone.stamp, over: writeOver(local) }];
  yield* ask({ side: 'local', op: 'noteTombstone', entries });
}

/**
 * Inserts where no document is and no tombstone says otherwise, and looks at the tombstone once more: a delete of the
 * application, or of another engine, may have come between, and then the insertion is undone.
 */
function* insertUnlessDeleted(
  turn: Turn,
  state: StoredState,
  seen: LocalTombstone | null,
): Step<boolean | Refusal | undefined> {
  const forbids = (now: LocalTombstone | null): boolean =>
    (now?.pending != null && now.pending !== seen?.pending) ||
    (now?.stamp != null && !isLater(state.stamp, now.stamp));
  if (forbids(yield* readTombstone(turn))) return false;
  const [result] = yield* ask({ side: 'local', op: 'insert', entries: [{ key: turn.key, state }] });
  if (result !== true || !forbids(yield* readTombstone(turn))) return result;
  const entries = [{ key: turn.key, expected: expectedAfter(state) }];
  yield* ask({ side: 'local', op: 'remove', entries });
  return false;
}

function* readTombstone({ key }: Turn): Step<LocalTombstone | null> {
  const [tombstone] = yield* ask({ side: 'local', op: 'readTombstones', entries: [key] });
  return tombstone ?? null;
}

/** Local will not store it: it waits in quarantine, visible, and blocks nothing. */
export function* refuse(
  context: EngineContext,
  { key }: Turn,
  { state, refusal }: { readonly state: Pick<StoredState, 'stamp' | 'body'>; readonly refusal: Refusal },
): Step<'refused'> {
  const entry = {
    key,
    direction: 'atlas-to-local',
    stamp: state.stamp,
    refusal,
    body: state.body,
    waits: 'in-place',
  } as const;
  yield* ask({ side: 'local', op: 'quarantine', entry });
  context.observer.quarantined(entry);
  return 'refused';
}

/** A local write that lost to it is held: it can never be pushed past it, and must not be tried all the while. */
function* refuseByModel(
  context: EngineContext,
  turn: Turn,
  { view, refusal, hasLost }: { readonly view: View; readonly refusal: Refusal; readonly hasLost: boolean },
): Step<'refused'> {
  const { atlas, local } = view;
  const { body, ...known } = assertPresent(atlas, 'a state on Atlas that its model refuses');
  const stamp = assertPresent(known.stamp, 'the version of a state to take');
  const refused = yield* refuse(context, turn, { state: { stamp, body }, refusal });
  if (hasLost && local?.dirty && !local.held) {
    yield* ask({ side: 'local', op: 'noteId', id: local.dirty });
    const entries = [{ key: turn.key, expected: expectedOf(local), set: { held: true } }];
    yield* ask({ side: 'local', op: 'amend', entries });
  }
  return refused;
}
