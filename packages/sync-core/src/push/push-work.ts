import { type DocumentKey } from '../document-key/document-key.js';
import { type SyncOperation } from '../queue/sync-operation.js';
import { type SyncQueueManager } from '../queue/sync-queue-manager.js';
import { IndexSweep } from './sweep.js';

/**
 * What push works through: the queue, filled from a sweep over the dirty documents and the pending deletions of a Local.
 * Several batches may be under way, but a key is in one of them only: what is announced of it meanwhile waits until that
 * batch has ended.
 */
export class PushWork {
  readonly queue: SyncQueueManager;
  readonly documents = new IndexSweep();
  readonly deletions = new IndexSweep();
  /** Keys that stay in the indexes, of the pages read last. */
  readonly left = new Set<DocumentKey>();
  readonly #underWay = new Set<DocumentKey>();
  readonly #announced = new Map<DocumentKey, SyncOperation>();

  constructor(queue: SyncQueueManager) {
    this.queue = queue;
  }

  /** Nothing waits or is under way, and the sweep has come to its end. */
  get isFinished(): boolean {
    return this.#isAtRest && this.documents.ended && this.deletions.ended;
  }

  /** The next page of the sweep may be read: all of the last one has had its turn. */
  get isPageDue(): boolean {
    return this.#isAtRest && !(this.documents.ended && this.deletions.ended);
  }

  get #isAtRest(): boolean {
    return this.queue.isEmpty && this.#underWay.size === 0;
  }

  /** Takes up to `limit` operations on; they are under way until {@link end}. */
  begin(limit: number): readonly SyncOperation[] {
    const batch: SyncOperation[] = [];
    while (batch.length < limit) {
      const operation = this.queue.dequeue();
      if (!operation) break;
      if (this.#underWay.has(operation.key)) this.#announced.set(operation.key, operation);
      else batch.push(operation);
    }
    for (const { key } of batch) this.#underWay.add(key);
    return batch;
  }

  /** These have had their turn, or failed; what was announced of them meanwhile has its turn now. */
  end(batch: readonly SyncOperation[]): void {
    for (const { key } of batch) {
      this.#underWay.delete(key);
      const announced = this.#announced.get(key);
      this.#announced.delete(key);
      if (announced) this.putBack(announced);
    }
  }

  /** One that was announced anew meanwhile has its place already; one that finds none is left to the next sweep. */
  putBack(operation: SyncOperation): void {
    if (this.queue.detectDuplicate(operation)) return;
    if (this.queue.enqueue(operation) === 'refused') this.left.add(operation.key);
  }
}
