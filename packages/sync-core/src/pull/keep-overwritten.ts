import { type ConflictRecord } from '../conflict/conflict-record.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { sameBody } from '../protocol/body.js';
import { keep } from '../reconcile/keep-loser.js';
import { type OverwrittenState } from './foreign-states.js';

/**
 * Keeps what a foreign hand had written on Atlas, and a push that had not seen it overwrote; unless that was the same, as
 * equal bytes are never a conflict.
 */
export function* keepOverwritten(
  context: EngineContext,
  overwritten: readonly OverwrittenState[],
): Step<void> {
  if (overwritten.length === 0) return;
  // Of a push of our own the event does not show the content.
  const keys = overwritten.map(({ key }) => key);
  const documents = yield* ask({ side: 'local', op: 'readDocuments', entries: keys });
  const records = overwritten.flatMap((state, i): readonly ConflictRecord[] => {
    const successor = state.isDeleted ? null : (state.successor ?? documents[i]?.body ?? null);
    return successor && sameBody(successor, state.body) ? [] : [recordOf(context, state)];
  });
  yield* keep(context, records);
}

/** Nobody compared the times of the two: the winner is a guess. */
function recordOf(
  context: EngineContext,
  { key, stamp, body, by, isDeleted }: OverwrittenState,
): ConflictRecord {
  return {
    ...{ key, loser: 'atlas', losingStamp: stamp, edition: context.digestOf(key, body), winningStamp: by },
    ...{ reason: isDeleted ? 'deleted' : 'concurrent-update', body },
    ...{ strategy: 'last-write-wins', caution: true, failure: null },
  };
}
