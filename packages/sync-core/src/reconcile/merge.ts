import { atlasStands, type Resolution } from '../conflict/resolution.js';
import { type EngineContext } from '../engine/engine-context.js';
import { assertPresent } from '../errors/assert-present.js';
import { ask, type Step } from '../operations/operation.js';
import { isRefusal } from '../operations/refusal.js';
import { type Body, sameBody } from '../protocol/body.js';
import { type Stamp, stampTimeMs, withTime } from '../protocol/stamp.js';
import { type AtlasDocument, type LocalDocument, type View } from '../protocol/state.js';
import { rebase } from './act-on-local.js';
import { expectedOf } from './expected.js';
import { keepAtlas, keepBoth, keepLocal } from './keep-loser.js';
import { takeAtlas } from './take-atlas.js';
import { type ActResult, type AnswerOf, type Decision, type Turn } from './turn.js';

/**
 * Has the collection's own strategy settle two states that had not seen each other. What loses is kept before it is
 * overwritten; of a merge both are. The result builds on Atlas' version, so Atlas orders the results of all branches.
 */
export function* merge(
  context: EngineContext,
  turn: Turn,
  { view }: Decision<AnswerOf<'merge'>>,
): Step<ActResult> {
  const local = assertPresent(view.local, 'a local state to settle');
  const atlas = assertPresent(view.atlas, 'a state on Atlas to settle');
  const resolution = context.resolve?.(turn.key, local, atlas) ?? atlasStands;
  switch (winnerOf(resolution, { local, atlas })) {
    case 'local':
      yield* keepAtlas(context, turn, { view, reason: 'concurrent-update', resolution });
      yield* rebase(context, turn, { view, stamp: versionOf(atlas), isConflict: true });
      return 'done';
    case 'atlas': {
      yield* keepLocal(context, turn, { view, reason: 'concurrent-update', resolution });
      const answer = { do: 'takeAtlas', keepLoser: false, floor: null } as const;
      return yield* takeAtlas(context, turn, { view, answer });
    }
    case 'merged':
      return yield* storeMerged(context, turn, { view, local, atlas, resolution });
  }
}

/** A merge that comes to what one side holds chose that side. */
function winnerOf(
  { winner, body }: Resolution,
  { local, atlas }: { readonly local: LocalDocument; readonly atlas: AtlasDocument },
): Resolution['winner'] {
  if (winner !== 'merged') return winner;
  if (body === null || sameBody(body, atlas.body)) return 'atlas';
  return sameBody(body, local.body) ? 'local' : 'merged';
}

function versionOf({ stamp }: AtlasDocument): Stamp {
  return assertPresent(stamp, 'the version of a state on Atlas');
}

interface Merge {
  readonly view: View;
  readonly local: LocalDocument;
  readonly atlas: AtlasDocument;
  readonly resolution: Resolution;
}

function* storeMerged(
  context: EngineContext,
  turn: Turn,
  { view, local, atlas, resolution }: Merge,
): Step<ActResult> {
  const body: Body = assertPresent(resolution.body, 'a merged document');
  const written = assertPresent(local.dirty, 'the local write to merge');
  // A write of its own, as old as what it is made of: a deletion that came after that stands over it.
  const dirty = withTime(context.newId(), stampTimeMs(written));
  yield* keepBoth(context, turn, { view, reason: 'merged', resolution, winningStamp: dirty });
  const state = {
    stamp: versionOf(atlas),
    dirty,
    body,
    digest: context.digestOf(turn.key, atlas.body),
    info: { ...atlas.info, conflictCount: atlas.info.conflictCount + 1 },
  };
  const entries = [{ key: turn.key, expected: expectedOf(local), state }];
  const [result] = yield* ask({ side: 'local', op: 'store', entries });
  if (!isRefusal(result)) return result === true ? 'done' : 'missed';
  // Local will not have what the strategy made: Atlas' version stands, as where the strategy fails.
  const answer = { do: 'takeAtlas', keepLoser: false, floor: null } as const;
  return yield* takeAtlas(context, turn, { view, answer });
}
