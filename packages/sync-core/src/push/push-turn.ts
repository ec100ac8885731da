import { type DocumentKey } from '../document-key/document-key.js';
import { type EngineContext } from '../engine/engine-context.js';
import { type IndexPage } from '../operations/local-operation.js';
import { ask, type Step } from '../operations/operation.js';
import { type SyncOperation } from '../queue/sync-operation.js';
import { reconcile, type ReconcileResult } from '../reconcile/reconcile.js';
import { pushBatch } from './push-batch.js';
import { type PushWork } from './push-work.js';

/** What one turn of push did. */
export interface PushTurnResult extends ReconcileResult {
  readonly pushedCount: number;
  /** How many keys it took on. */
  readonly keyCount: number;
  /** Nothing is left in the queue or under way, and the sweep has come to its end. */
  readonly finished: boolean;
}

/** What became of the operations of a batch. */
export type PushedOperations = Omit<PushTurnResult, 'finished'>;

/** How much one turn may take on. */
export interface PushTurnOptions {
  readonly work: PushWork;
  readonly batchSize: number;
  /** How many keys a page of the sweep has; default: as many as a batch. It must fit the queue. */
  readonly pageSize?: number;
  /** Keys not to be touched: their collection is paused. */
  readonly skip?: (key: DocumentKey) => boolean;
}

const NOTHING_LEFT: ReconcileResult = { waiting: [], unsettled: [], toPush: [], refused: [] };

/**
 * One turn of push: what capture announced, else the next page of the dirty index and of the pending deletions; plain
 * documents by the fast lane, the rest by a look. What is more than a batch holds goes back to the queue.
 */
export function* pushTurn(context: EngineContext, options: PushTurnOptions): Step<PushTurnResult> {
  const { work, batchSize } = options;
  if (work.isPageDue) yield* fillQueue(work, { limit: options.pageSize ?? batchSize });
  return yield* pushWaiting(context, options);
}

/** The part of a turn that pushes what waits in the queue. Several may be under way side by side. */
export function* pushWaiting(context: EngineContext, options: PushTurnOptions): Step<PushTurnResult> {
  const { work } = options;
  const operations = work.begin(options.batchSize);
  let result: PushedOperations;
  try {
    result = yield* pushOperations(context, options, operations);
  } finally {
    work.end(operations);
  }
  return { ...result, finished: work.isFinished };
}

/** Pushes what was taken on, or some of it. */
export function* pushOperations(
  context: EngineContext,
  { work, skip = () => false }: Pick<PushTurnOptions, 'work' | 'skip'>,
  operations: readonly SyncOperation[],
): Step<PushedOperations> {
  const keys: DocumentKey[] = [];
  for (const { key } of operations) {
    if (skip(key)) work.left.add(key);
    else keys.push(key);
  }
  if (keys.length === 0) return { ...NOTHING_LEFT, pushedCount: 0, keyCount: 0 };
  const { pushedCount, leftOver, later } = yield* pushBatch(context, keys);
  const isLater = new Set(later);
  for (const operation of operations) if (isLater.has(operation.key)) work.putBack(operation);
  const left = leftOver.length > 0 ? yield* reconcile(context, leftOver) : NOTHING_LEFT;
  for (const key of [...left.waiting, ...left.unsettled, ...left.toPush, ...left.refused]) work.left.add(key);
  return { ...left, pushedCount, keyCount: keys.length - later.length };
}

/**
 * Puts the next page of the scans into the queue; not while anything of the last one is under way. What waits in
 * collections that are left out is not read: it may be very much, and every sweep would find it again.
 */
export function* fillQueue(
  { queue, documents, deletions, left }: PushWork,
  page: Pick<IndexPage, 'limit' | 'except'>,
): Step<void> {
  const { limit } = page;
  documents.goOn(left);
  deletions.goOn(left);
  left.clear();
  if (!documents.ended) {
    const found = yield* ask({ side: 'local', op: 'scanDirty', ...documents.start, ...page });
    documents.read(found, limit);
    for (const { key, id } of found) queue.enqueue({ key, id, type: 'unknown' });
    if (found.length > 0) return;
  }
  if (!deletions.ended) {
    const found = yield* ask({ side: 'local', op: 'scanPending', ...deletions.start, ...page });
    deletions.read(found, limit);
    for (const { key, id } of found) queue.enqueue({ key, id, type: 'delete' });
  }
}
