import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { ask, type Step } from '../operations/operation.js';
import { type SyncOperation } from '../queue/sync-operation.js';
import { type SyncQueueManager } from '../queue/sync-queue-manager.js';
import { reconcile, type ReconcileResult } from '../reconcile/reconcile.js';
import { pushBatch } from './push-batch.js';
import { IndexSweep } from './sweep.js';

/** A sweep over the dirty documents and the pending deletions of a Local. */
export interface PushSweep {
  readonly documents: IndexSweep;
  readonly deletions: IndexSweep;
  /** Keys that stay in the indexes, of the pages read last. */
  readonly left: Set<DocumentKey>;
}

/** A sweep from the beginning. */
export function startSweep(): PushSweep {
  return { documents: new IndexSweep(), deletions: new IndexSweep(), left: new Set() };
}

/** What one turn of push did. */
export interface PushTurnResult extends ReconcileResult {
  readonly pushedCount: number;
  /** How many keys it took on. */
  readonly keyCount: number;
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

const NOTHING_LEFT: ReconcileResult = { waiting: [], unsettled: [], busy: [], refused: [] };

/**
 * One turn of push: what capture announced, else the next page of the dirty index and of the pending deletions; plain
 * documents by the fast lane, the rest by a look. What is more than a batch holds goes back to the queue.
 */
export function* pushTurn(context: EngineContext, options: PushTurnOptions): Step<PushTurnResult> {
  const { queue, sweep, batchSize, skip = () => false } = options;
  if (queue.isEmpty) yield* fill(options);
  const operations = queue.dequeueBatch(batchSize);
  const keys: DocumentKey[] = [];
  for (const { key } of operations) {
    if (skip(key)) sweep.left.add(key);
    else keys.push(key);
  }
  if (keys.length === 0)
    return { ...NOTHING_LEFT, pushedCount: 0, keyCount: 0, finished: isFinished(options) };
  const { pushedCount, leftOver, later } = yield* pushBatch(context, keys);
  putBack(operations, later, options);
  const left = leftOver.length > 0 ? yield* reconcile(context, leftOver) : NOTHING_LEFT;
  for (const key of [...left.waiting, ...left.unsettled, ...left.busy, ...left.refused]) sweep.left.add(key);
  return { ...left, pushedCount, keyCount: keys.length - later.length, finished: isFinished(options) };
}

function isFinished({ queue, sweep }: PushTurnOptions): boolean {
  return queue.isEmpty && sweep.documents.ended && sweep.deletions.ended;
}

/** Keys that were announced anew meanwhile have their place already; one that finds none is left to the next sweep. */
function putBack(
  operations: readonly SyncOperation[],
  keys: readonly DocumentKey[],
  { queue, sweep }: PushTurnOptions,
): void {
  const later = new Set(keys);
  for (const operation of operations) {
    if (!later.has(operation.key) || queue.detectDuplicate(operation)) continue;
    if (queue.enqueue(operation) === 'refused') sweep.left.add(operation.key);
  }
}

/** Puts the next page of the scans into the queue. */
function* fill({ queue, sweep, batchSize: limit }: PushTurnOptions): Step<void> {
  const { documents, deletions, left } = sweep;
  documents.goOn(left);
  deletions.goOn(left);
  left.clear();
  if (!documents.ended) {
    const page = yield* ask({ side: 'local', op: 'scanDirty', ...documents.start, limit });
    documents.read(page, limit);
    for (const { key, id } of page) queue.enqueue({ key, id, type: 'unknown' });
    if (page.length > 0) return;
  }
  if (!deletions.ended) {
    const page = yield* ask({ side: 'local', op: 'scanPending', ...deletions.start, limit });
    deletions.read(page, limit);
    for (const { key, id } of page) queue.enqueue({ key, id, type: 'delete' });
  }
}
