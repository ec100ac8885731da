import {
  backoffDelay,
  collectionOf,
  type DocumentKey,
  fillQueue,
  type IndexPage,
  PushWork,
  pushWaiting,
  type SyncError,
} from '@bomba/sync-core';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { systemRandom } from '../system/system-random.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { type Gate } from '../engine/gate.js';
import { isAborted } from '../engine/is-aborted.js';
import { type Lane } from '../engine/lane.js';

/**
 * How many keys of the dirty index are read at once: more than a batch, as a server is long about finding the place.
 */
const PAGE_SIZE = 5_000;

/** What the worker works over. */
export interface SyncWorkerOptions {
  /** As many batches are under way at once: Local works on one while Atlas does on another. */
  readonly lanes: readonly Lane[];
  readonly collections: readonly string[];
  /** Open once pull has caught up: pull before push. */
  readonly gate: Gate;
  readonly signal: AbortSignal;
}

/**
 * Pushes whatever is dirty: at once when capture calls, and by a sweep of the index every `queue.scanIntervalMs` for
 * what other processes wrote.
 */
export class SyncWorker {
  readonly #parts: EngineParts;
  readonly #options: SyncWorkerOptions;

  constructor(parts: EngineParts, options: SyncWorkerOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Runs until the signal aborts, or the connection breaks: then push waits until pull has caught up anew. */
  async run(): Promise<void> {
    const { options, pushDue, pushSize } = this.#parts;
    const { gate, signal } = this.#options;
    let failures = 0;
    await gate.opened(signal);
    while (!signal.aborted) {
      try {
        await this.processQueue();
        failures = 0;
        await pushDue.wait(options.clock, options.queue.scanIntervalMs, signal);
      } catch (error) {
        if (isAborted(signal)) return;
        pushSize.failed();
        const failure = mapMongoError(error, 'atlas');
        if (failure.code !== 'SYNC_WRITE_TRANSIENT') throw failure;
        this.#report(failure, ++failures);
        await options.clock.sleep(backoffDelay(failures, options.retry, systemRandom), signal);
      }
    }
  }

  /** Pushes what waits in the queue, and what a sweep of the dirty index finds, to its end. */
  async processQueue(): Promise<void> {
    const { queue } = this.#parts;
    const { lanes } = this.#options;
    if (queue.takeOverflowed()) this.#tellOverflow();
    const work = new PushWork(queue);
    do {
      if (work.isPageDue) await lanes[0]?.run(fillQueue(work, this.#page()));
      await this.#drain(work);
    } while (!work.isFinished);
  }

  /** A page of the sweep must fit the queue, else it would pass over what the queue refuses. */
  #page(): Pick<IndexPage, 'limit' | 'except'> {
    const { queue, pauses } = this.#parts;
    const except = this.#options.collections.filter((name) => pauses.isPaused('local-to-atlas', name));
    return { limit: Math.min(PAGE_SIZE, queue.maxSize), except };
  }

  /**
   * Pushes what waits, in as many batches at once as there are lanes. Where one fails for a while, the others end with
   * theirs; a broken connection ends them all.
   */
  async #drain(work: PushWork): Promise<void> {
    let failed = false;
    const ends = this.#options.lanes.map(async (lane) => {
      try {
        while (!failed && !work.queue.isEmpty) await this.#pushBatch(lane, work);
      } catch (error) {
        failed = true;
        throw error;
      }
    });
    try {
      await Promise.all(ends);
    } catch (error) {
      if (mapMongoError(error, 'atlas').code === 'SYNC_WRITE_TRANSIENT') await Promise.allSettled(ends);
      throw error;
    }
  }

  async #pushBatch(lane: Lane, work: PushWork): Promise<void> {
    const { queue, pauses, pushSize, options } = this.#parts;
    const skip = (key: DocumentKey): boolean => pauses.isPaused('local-to-atlas', collectionOf(key));
    const batchSize = Math.min(pushSize.current, queue.maxSize);
    const startedMs = options.clock.monotonic();
    const turn = await lane.run(pushWaiting(lane.context, { work, batchSize, skip }));
    const durationMs = options.clock.monotonic() - startedMs;
    if (turn.pushedCount > 0) pushSize.answered({ count: turn.keyCount, durationMs });
  }

  #tellOverflow(): void {
    const { queue, emitter, options } = this.#parts;
    const { maxSize } = queue;
    options.metrics.count('bomba_sync_queue_overflows_total', 1, {});
    options.logger.info('more was written than the queue holds; the dirty index is scanned', { maxSize });
    emitter.emit('queueOverflowed', { maxSize });
  }

  #report(failure: SyncError, attempt: number): void {
    const { board, emitter, options } = this.#parts;
    board.count('local-to-atlas', 'failedCount');
    board.failed(failure);
    emitter.emit('failed', { direction: 'local-to-atlas', code: failure.code, attempt });
    options.logger.warn('push failed, trying again', { code: failure.code, attempt });
  }
}
