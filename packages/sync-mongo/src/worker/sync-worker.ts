import {
  backoffDelay,
  collectionOf,
  type DocumentKey,
  pushTurn,
  startSweep,
  type SyncError,
} from '@bomba/sync-core';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { systemRandom } from '../system/system-random.js';
import { type EngineParts } from '../engine/engine-parts.js';
import { type Gate } from '../engine/gate.js';
import { isAborted } from '../engine/is-aborted.js';
import { type Lane } from '../engine/lane.js';

/** What the worker works over. */
export interface SyncWorkerOptions {
  readonly lane: Lane;
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
    const { queue, pauses, pushSize, options } = this.#parts;
    const { lane } = this.#options;
    if (queue.takeOverflowed()) this.#tellOverflow();
    const sweep = startSweep();
    const skip = (key: DocumentKey): boolean => pauses.isPaused('local-to-atlas', collectionOf(key));
    for (;;) {
      // A page must fit the queue, else the sweep would pass over what the queue refuses.
      const batchSize = Math.min(pushSize.current, queue.maxSize);
      const startedMs = options.clock.monotonic();
      const turn = await lane.run(pushTurn(lane.context, { queue, sweep, batchSize, skip }));
      const durationMs = options.clock.monotonic() - startedMs;
      if (turn.pushedCount > 0) pushSize.answered({ count: turn.keyCount, durationMs });
      if (turn.finished) return;
    }
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
