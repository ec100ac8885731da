import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { reconcile, type ReconcileResult } from '../reconcile/reconcile.js';
import { writeOver } from '../reconcile/write-over.js';
import { applyStates } from './apply-states.js';
import { type ChangeEvent } from './change-event.js';
import { ForeignStates } from './foreign-states.js';
import { gather, type Gathered } from './gather.js';
import { keepOverwritten } from './keep-overwritten.js';
import { isLater } from '../protocol/stamp.js';

/**
 * Applies a batch of events to Local; the position behind them may be saved once it has ended. Deletions are noted
 * first; plain states go by the fast lane; everything else is looked at. `foreign`: what the batches before have shown.
 */
export function* pullBatch(
  context: EngineContext,
  events: readonly ChangeEvent[],
  foreign = new ForeignStates(),
): Step<ReconcileResult> {
  yield* keepOverwritten(context, foreign.follow(events));
  const gathered = gather(events);
  const locked = yield* noteDeletions(gathered);
  const { looks, underWay } = yield* applyStates(context, gathered.states);
  const unknown = yield* findUnknownEchoes(gathered);
  const keys = [...gathered.looks, ...looks, ...unknown].filter((key) => !locked.has(key));
  const later = [...locked, ...underWay];
  if (keys.length === 0) return { waiting: [], unsettled: later, toPush: [], refused: [] };
  const result = yield* reconcile(context, keys, { foreignAtMs: gathered.foreignAtMs });
  return { ...result, unsettled: [...result.unsettled, ...later] };
}

/**
 * Notes with each deletion the write that had not seen it: a document of ours that was never on Atlas. Returns the keys
 * whose deletion could not be noted yet.
 */
function* noteDeletions({ tombstones }: Gathered): Step<ReadonlySet<DocumentKey>> {
  if (tombstones.size === 0) return new Set();
  const documents = yield* ask({ side: 'local', op: 'readMarks', entries: [...tombstones.keys()] });
  const entries = [...tombstones].map(([key, stamp], i) => {
    return { key, stamp, over: writeOver(documents[i] ?? null) };
  });
  const noted = yield* ask({ side: 'local', op: 'noteTombstone', entries });
  return new Set([...tombstones.keys()].filter((_, i) => noted[i] !== true));
}

/** Own versions that Local does not know any more: it fell back to an older state. Dirty keys are left to push. */
function* findUnknownEchoes({ echoes }: Gathered): Step<readonly DocumentKey[]> {
  if (echoes.size === 0) return [];
  const keys = [...echoes.keys()];
  const documents = yield* ask({ side: 'local', op: 'readMarks', entries: keys });
  return keys.filter((key, i) => {
    const document = documents[i] ?? null;
    const stamp = echoes.get(key) ?? null;
    if (document === null) return true; // deleted since, here or elsewhere
    return document.dirty === null && isLater(stamp, document.stamp);
  });
}
