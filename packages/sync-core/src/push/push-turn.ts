import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { type Stamp } from '../protocol/stamp.js';
import { type SyncQueueManager } from '../queue/sync-queue-manager.js';
import { reconcile, type ReconcileResult } from '../reconcile/reconcile.js';
import { pushBatch } from './push-batch.js';

/** How far a sweep over the dirty index and the pending deletions has come. */
export interface Sweep {
  documents: Stamp | null | 'end';
  deletions: Stamp | null | 'end';
}

/** A sweep from the beginning: ids commit out of order, so every sweep starts there. */
export function startSweep(): Sweep {
  return { documents: null, deletions: null };
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
  readonly sweep: Sweep;
  readonly batchSize: number;
  /** Keys not to be touched: their collection is paused. */
  readonly skip?: (key: DocumentKey) => boolean;
}

/**
 * One turn of push: what capture announced, else the next page of the dirty index and of the pending deletions; plain
 * documents by the fast lane, the rest by a look.
 */
export function* pushTurn(context: EngineContext, options: PushTurnOptions): Step<PushTurnResult> {
  const { queue, batchSize, skip = () => false } = options;
  if (queue.isEmpty) yield* fill(options);
  const keys = queue
    .dequeueBatch(batchSize)
    .map(({ key }) => key)
    .filter((key) => !skip(key));
  if (keys.length === 0) return { pushedCount: 0, waiting: [], unsettled: [], finished: isFinished(options) };
  const { pushedCount, leftOver } = yield* pushBatch(context, keys);
  const { waiting, unsettled } = leftOver.length > 0 ? yield* reconcile(context, leftOver) : NOTHING_LEFT;
  return { pushedCount, waiting, unsettled, finished: isFinished(options) };
}

const NOTHING_LEFT: ReconcileResult = { waiting: [], unsettled: [] };

function isFinished({ queue, sweep }: PushTurnOptions): boolean {
  return queue.isEmpty && sweep.documents === 'end' && sweep.deletions === 'end';
}

/** Puts the next page of both scans into the queue. */
function* fill({ queue, sweep, batchSize }: PushTurnOptions): Step<void> {
  if (sweep.documents !== 'end') {
    const page = yield* ask({ side: 'local', op: 'scanDirty', after: sweep.documents, limit: batchSize });
    for (const { key, id } of page) queue.enqueue({ key, id, type: 'unknown' });
    sweep.documents = page.length < batchSize ? 'end' : (page.at(-1)?.id ?? 'end');
    if (page.length > 0) return;
  }
  if (sweep.deletions !== 'end') {
    const page = yield* ask({ side: 'local', op: 'scanPending', after: sweep.deletions, limit: batchSize });
    for (const { key, id } of page) queue.enqueue({ key, id, type: 'delete' });
    sweep.deletions = page.length < batchSize ? 'end' : (page.at(-1)?.id ?? 'end');
  }
}
