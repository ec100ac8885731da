import { type DocumentKey } from '../document-key/document-key.js';
import { SyncError } from '../errors/sync-error.js';
import { type Stamp } from '../protocol/stamp.js';
import { coalesce } from './coalesce.js';
import { OldestFirst } from './oldest-first.js';
import { type PackedOperation, packOperation, unpackOperation } from './packed-operation.js';
import { PendingOperations } from './pending-operations.js';
import { type SyncOperation } from './sync-operation.js';

const DEFAULT_MAX_SIZE = 10_000;

/** How a {@link SyncQueueManager} is built. @public */
export interface SyncQueueOptions {
  /** The most keys that wait in memory at once. Default 10,000. */
  readonly maxSize?: number;
}

/** What became of an operation: it got a place, joined the one its key has, or found the queue full. @public */
export type EnqueueOutcome = 'queued' | 'merged' | 'refused';

/**
 * The keys that wait to be pushed, in memory, at most one entry per key, oldest first. An operation of a key that waits
 * already is merged into its entry and keeps its place, so that a document written all the time still has its turn.
 *
 * Nothing here is durable, nor needs to be: the truth is the index on `_syncMeta.dirty`, from which the queue is filled
 * again after a restart. That takes the place of saving a queue to disk, which would lose what was written between the
 * last save and a crash. A full queue refuses new keys and notes that the index must be scanned again; nothing is lost.
 *
 * All operations take constant time. A waiting key of an ObjectId takes less than 160 bytes, where nothing but key, id
 * and type is told of it, as the engine does.
 *
 * @public
 */
export class SyncQueueManager {
  readonly maxSize: number;
  /** The waiting operations by key, in the order they will be dequeued. A live view. */
  readonly pendingOperations: ReadonlyMap<DocumentKey, SyncOperation>;
  readonly #pending = new Map<DocumentKey, PackedOperation>();
  readonly #oldestFirst = new OldestFirst(this.#pending);
  #overflowed = false;

  /** Throws SYNC_CONFIG_INVALID where `maxSize` is not a whole number above 0. */
  constructor({ maxSize = DEFAULT_MAX_SIZE }: SyncQueueOptions = {}) {
    if (!Number.isSafeInteger(maxSize) || maxSize < 1) {
      throw new SyncError(
        'SYNC_CONFIG_INVALID',
        `queue.maxSize must be a whole number above 0, got ${maxSize}.`,
      );
    }
    this.maxSize = maxSize;
    this.pendingOperations = new PendingOperations(this.#pending);
  }

  get size(): number {
    return this.#pending.size;
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** True where a key was refused since {@link takeOverflowed} was last called. */
  get isOverflowed(): boolean {
    return this.#overflowed;
  }

  /** Adds an operation behind all others, or merges it into the one that waits for its key (see {@link coalesce}). */
  enqueue(operation: SyncOperation): EnqueueOutcome {
    const queued = this.detectDuplicate(operation);
    if (queued) {
      if (!isSeenAgain(queued, operation)) this.#put(coalesce(queued, operation));
      return 'merged';
    }
    if (this.#pending.size >= this.maxSize) {
      this.#overflowed = true;
      return 'refused';
    }
    this.#put(operation);
    return 'queued';
  }

  /** Removes and returns the operation that has waited longest; null where none waits. */
  dequeue(): SyncOperation | null {
    const oldest = this.#oldestFirst.take();
    return oldest && unpackOperation(...oldest);
  }

  /** Removes and returns up to `limit` operations, the longest waiting first. */
  dequeueBatch(limit: number): readonly SyncOperation[] {
    const batch: SyncOperation[] = [];
    while (batch.length < limit) {
      const operation = this.dequeue();
      if (!operation) break;
      batch.push(operation);
    }
    return batch;
  }

  /** The operation that waits for the same key; null where none does. */
  detectDuplicate(operation: Pick<SyncOperation, 'key'>): SyncOperation | null {
    return this.pendingOperations.get(operation.key) ?? null;
  }

  /**
   * The write `id` is on Atlas: its key no longer has to wait, where it was queued again in the meantime. True where an
   * entry was removed; one with another id is a later write and stays.
   */
  acknowledge(key: DocumentKey, id: Stamp): boolean {
    return this.pendingOperations.get(key)?.id === id && this.#pending.delete(key);
  }

  /** True where a key was refused since the last call: the index has more than the queue, scan it again. */
  takeOverflowed(): boolean {
    const overflowed = this.#overflowed;
    this.#overflowed = false;
    return overflowed;
  }

  #put(operation: SyncOperation): void {
    this.#pending.set(operation.key, packOperation(operation));
  }
}

/** A scan of the index found the write that is queued already, and knows less about it. */
function isSeenAgain(queued: SyncOperation, operation: SyncOperation): boolean {
  return operation.type === 'unknown' && operation.id === queued.id;
}
