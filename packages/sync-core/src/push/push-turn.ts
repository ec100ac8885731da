import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { type SyncQueueManager } from '../queue/sync-queue-manager.js';
import { reconcile, type ReconcileResult } from '../reconcile/reconcile.js';
import { pushBatch } from './push-batch.js';
import { IndexSweep } from './sweep.js';

/** A sweep over the dirty documents and the pending deletions of a Local. */
export interface PushSweep {
  readonly documents: IndexSweep;
  readonly deletions: IndexSweep;
  /** Whether the last page got anything settled. */
  progressed: boolean;
}

/** A sweep from the beginning. */
export function startSweep(): PushSweep {
  return { documents: new IndexSweep(), deletions: new IndexSweep(), progressed: false };
}

/** What one turn of push did. */
export interface PushTurnResult extends ReconcileResult {
  readonly pushedCount: number;
  /** Nothing is left in the queue, and the sweep has come to its end. */
  readonly finished: boolean;
}

/** How much one turn may take on. */
export interface PushTurnOptions {
  readonly queue: SyncQueueManager;
  readonly sweep: PushSweep;
  readonly batchSize: number;
  /** Keys not to be touched: their collection is paused. */
  readonly skip?: (key: DocumentKey) => boolean;
}

const NOTHING_LEFT: ReconcileResult = { waiting: [], unsettled: [], refused: [] };

/**
 * One turn of push: what capture announced, else the next page of the dirty index and of the pending deletions; plain
 * documents by the fast lane, the rest by a look.
 */
export function* pushTurn(context: EngineContext, options: PushTurnOptions): Step<PushTurnResult> {
  const { queue, sweep, batchSize, skip = () => false } = options;
  if (queue.isEmpty) yield* fill(options);
  const keys = queue
    .dequeueBatch(batchSize)
    .map(({ key }) => key)
    .filter((key) => !skip(key));
  if (keys.length === 0) return { ...NOTHING_LEFT, pushedCount: 0, finished: isFinished(options) };
  const { pushedCount, leftOver } = yield* pushBatch(context, keys);
  const left = leftOver.length > 0 ? yield* reconcile(context, leftOver) : NOTHING_LEFT;
  // Documents whose successor Local refuses stay in the index: a page of them is not to be read for ever.
  const leftCount = left.waiting.length + left.unsettled.length + left.refused.length;
  sweep.progressed = pushedCount + leftOver.length > leftCount;
  return { ...left, pushedCount, finished: isFinished(options) };
}

function isFinished({ queue, sweep }: PushTurnOptions): boolean {
  return queue.isEmpty && sweep.documents.ended && sweep.deletions.ended;
}

/** Puts the next page of the scans into the queue. */
function* fill({ queue, sweep, batchSize: limit }: PushTurnOptions): Step<void> {
  const { documents, deletions, progressed } = sweep;
  sweep.progressed = false;
  if (!documents.ended) {
    const page = yield* ask({ side: 'local', op: 'scanDirty', after: documents.after, limit });
    documents.advance(page, { limit, progressed });
    for (const { key, id } of page) queue.enqueue({ key, id, type: 'unknown' });
    if (page.length > 0) return;
  }
  if (!deletions.ended) {
    const page = yield* ask({ side: 'local', op: 'scanPending', after: deletions.after, limit });
    deletions.advance(page, { limit, progressed });
    for (const { key, id } of page) queue.enqueue({ key, id, type: 'delete' });
  }
}
