import { type ConflictReason, type ConflictRecord } from '../conflict/conflict-record.js';
import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { ask, type Step } from '../operations/operation.js';
import { type View } from '../protocol/state.js';
import { type Turn } from './turn.js';

interface Loss {
  readonly view: View;
  readonly reason: ConflictReason;
}

/** Keeps Local's state in the conflict store, before anything overwrites or removes it. */
export function* keepLocal(context: EngineContext, { key }: Turn, { view, reason }: Loss): Step<void> {
  const local = assertPresent(view.local, 'a local state to keep');
  const losingStamp = assertPresent(local.dirty ?? local.stamp, 'the version of a local state to keep');
  const winningStamp = view.atlas?.stamp ?? view.atlasTombstone?.stamp ?? null;
  yield* keep(context, { key, loser: 'local', losingStamp, winningStamp, reason, body: local.body });
}

/** Keeps Atlas' state in the conflict store, before anything overwrites or removes it. */
export function* keepAtlas(context: EngineContext, { key }: Turn, { view, reason }: Loss): Step<void> {
  const atlas = assertPresent(view.atlas, 'a state on Atlas to keep');
  const losingStamp = assertPresent(atlas.stamp, 'the version of a state on Atlas to keep');
  const winningStamp =
    view.local?.dirty ?? view.localTombstone?.pending ?? view.atlasTombstone?.stamp ?? null;
  yield* keep(context, { key, loser: 'atlas', losingStamp, winningStamp, reason, body: atlas.body });
}

/** Records that a deletion of ours lost to a write it had not seen. */
export function* keepDeletion(
  context: EngineContext,
  { key }: Turn,
  { localTombstone, atlas, local }: View,
): Step<void> {
  const losingStamp = assertPresent(localTombstone?.pending, 'a pending deletion');
  const winningStamp = atlas?.stamp ?? local?.stamp ?? null;
  yield* keep(context, {
    key,
    loser: 'local',
    losingStamp,
    winningStamp,
    reason: 'concurrent-update',
    body: null,
  });
}

function* keep(context: EngineContext, record: ConflictRecord): Step<void> {
  // Records of the conflict store itself are never edited: there is no loser to keep.
  if (context.rulesFor(record.key).insertOnly) return;
  yield* ask({ side: 'local', op: 'keep', record });
  context.observer.kept(record);
}
