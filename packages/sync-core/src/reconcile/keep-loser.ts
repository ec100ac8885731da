import { type ConflictReason, type ConflictRecord } from '../conflict/conflict-record.js';
import { type Resolution } from '../conflict/resolution.js';
import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { ask, type Step } from '../operations/operation.js';
import { type Stamp } from '../protocol/stamp.js';
import { type View } from '../protocol/state.js';
import { isGuess } from '../protocol/unseen-writes.js';
import { type Turn } from './turn.js';

interface Loss {
  readonly view: View;
  readonly reason: ConflictReason;
  /** What the collection's own strategy said; absent: the later write stands. */
  readonly resolution?: Resolution;
  /** The version that stands, where it is neither side's. */
  readonly winningStamp?: Stamp;
}

/** Keeps Local's state in the conflict store, before anything overwrites or removes it. */
export function* keepLocal(context: EngineContext, turn: Turn, loss: Loss): Step<void> {
  yield* keepLocals(context, [{ ...loss, turn }]);
}

/** As {@link keepLocal}, of many keys in one round trip. */
export function* keepLocals(
  context: EngineContext,
  losses: readonly (Loss & { readonly turn: Turn })[],
): Step<void> {
  yield* keep(context, losses.map(lossOfLocal));
}

function lossOfLocal({ turn: { key }, ...loss }: Loss & { readonly turn: Turn }): ConflictRecord {
  const { view, reason } = loss;
  const local = assertPresent(view.local, 'a local state to keep');
  const losingStamp = assertPresent(local.dirty ?? local.stamp, 'the version of a local state to keep');
  const winningStamp = loss.winningStamp ?? view.atlas?.stamp ?? view.atlasTombstone?.stamp ?? null;
  const record = { key, loser: 'local', losingStamp, winningStamp, reason, body: local.body } as const;
  return { ...record, ...circumstancesOf(loss) };
}

/** Keeps Atlas' state in the conflict store, before anything overwrites or removes it. */
export function* keepAtlas(context: EngineContext, turn: Turn, loss: Loss): Step<void> {
  yield* keep(context, [lossOfAtlas({ ...loss, turn })]);
}

/** Keeps the states of both sides before a merge of them is stored. It is one conflict, and told as that. */
export function* keepBoth(context: EngineContext, turn: Turn, loss: Loss): Step<void> {
  const lost = { ...loss, turn };
  yield* keep(context, [lossOfLocal(lost)], [lossOfAtlas(lost)]);
}

function lossOfAtlas({ turn: { key }, ...loss }: Loss & { readonly turn: Turn }): ConflictRecord {
  const { view, reason } = loss;
  const atlas = assertPresent(view.atlas, 'a state on Atlas to keep');
  const losingStamp = assertPresent(atlas.stamp, 'the version of a state on Atlas to keep');
  const { local, localTombstone, atlasTombstone } = view;
  const standing = local?.dirty ?? localTombstone?.pending ?? atlasTombstone?.stamp ?? null;
  const winningStamp = loss.winningStamp ?? standing;
  const record = { key, loser: 'atlas', losingStamp, winningStamp, reason, body: atlas.body } as const;
  return { ...record, ...circumstancesOf(loss) };
}

/** Records that a deletion of ours lost to a write it had not seen. */
export function* keepDeletion(context: EngineContext, { key }: Turn, view: View): Step<void> {
  const { localTombstone, atlas, local } = view;
  const losingStamp = assertPresent(localTombstone?.pending, 'a pending deletion');
  const winningStamp = atlas?.stamp ?? local?.stamp ?? null;
  const reason = 'concurrent-update';
  const record = { key, loser: 'local', losingStamp, winningStamp, reason, body: null } as const;
  yield* keep(context, [{ ...record, ...circumstancesOf({ view, reason }) }]);
}

/** A write past capture has no time of its own, so that its place among the others is a guess. */
function circumstancesOf({
  view,
  resolution,
}: Loss): Pick<ConflictRecord, 'strategy' | 'caution' | 'failure'> {
  const dirty = view.local?.dirty ?? null;
  const isPlaceGuessed = dirty !== null && isGuess(dirty);
  return {
    strategy: resolution ? 'custom' : 'last-write-wins',
    caution: isPlaceGuessed || (resolution?.caution ?? false),
    failure: resolution?.failure ?? null,
  };
}

/** Keeps states. `untold`: what is kept beside them, of the same conflicts. */
export function* keep(
  context: EngineContext,
  records: readonly ConflictRecord[],
  untold: readonly ConflictRecord[] = [],
): Step<void> {
  // Records of the conflict store itself are never edited: there is no loser to keep.
  const isKept = ({ key }: ConflictRecord): boolean => !context.rulesFor(key).insertOnly;
  const entries = [...records, ...untold].filter(isKept);
  if (entries.length === 0) return;
  yield* ask({ side: 'local', op: 'keep', entries });
  for (const record of records.filter(isKept)) context.observer.kept(record);
}
