import { fillQueue, type IndexPage, PushWork } from '@bomba/sync-core';
import { type EngineParts } from '../engine/engine-parts.js';
import { type Gate } from '../engine/gate.js';
import { isAborted } from '../engine/is-aborted.js';
import { type Lane } from '../engine/lane.js';
import { isLineBroken } from './is-line-broken.js';
import { pushApart } from './push-apart.js';
import { type WriteSetbacks } from './write-setbacks.js';

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
  readonly setbacks: WriteSetbacks;
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
    const { options, pushDue } = this.#parts;
    const { gate, signal } = this.#options;
    await gate.opened(signal);
    while (!signal.aborted) {
      try {
        await this.processQueue();
        await pushDue.wait(options.clock, options.queue.scanIntervalMs, signal);
      } catch (error) {
        if (isAborted(signal)) return;
        throw error;
      }
    }
  }

  /** Pushes what waits in the queue, and what a sweep of the dirty index finds, to its end. */
  async processQueue(): Promise<void> {
    const { queue } = this.#parts;
    const { lanes, setbacks } = this.#options;
    const due = setbacks.due();
    if (queue.takeOverflowed()) this.#tellOverflow();
    const work = new PushWork(queue);
    do {
      if (work.isPageDue) await lanes[0]?.run(fillQueue(work, this.#page()));
      await this.#drain(work);
    } while (!work.isFinished);
    setbacks.met(due);
  }

  /** A page of the sweep must fit the queue, else it would pass over what the queue refuses. */
  #page(): Pick<IndexPage, 'limit' | 'except'> {
    const { queue, pauses } = this.#parts;
    const { collections, setbacks } = this.#options;
    const except = collections.filter(
      (name) => pauses.isPaused('local-to-atlas', name) || setbacks.isCollectionWaiting(name),
    );
    return { limit: Math.min(PAGE_SIZE, queue.maxSize), except };
  }

  /** Pushes what waits, in as many batches at once as there are lanes. A broken connection ends them all. */
  async #drain(work: PushWork): Promise<void> {
    const { signal } = this.#options;
    let failed = false;
    const ends = this.#options.lanes.map(async (lane) => {
      try {
        while (!failed && !work.queue.isEmpty) await this.#pushBatch(lane, work);
      } catch (error) {
        // Before so much gets through the line may break each time: the next connection is asked for less.
        if (!failed && isLineBroken(error, signal)) this.#parts.pushSize.failed();
        failed = true;
        throw error;
      }
    });
    await Promise.all(ends);
  }

  async #pushBatch(lane: Lane, work: PushWork): Promise<void> {
    const { queue, pushSize } = this.#parts;
    const { setbacks, signal } = this.#options;
    const batch = work.begin(Math.min(pushSize.current, queue.maxSize));
    try {
      await pushApart(this.#parts, { lane, work, setbacks, signal }, batch);
    } finally {
      work.end(batch);
    }
  }

  #tellOverflow(): void {
    const { queue, emitter, options } = this.#parts;
    const { maxSize } = queue;
    options.metrics.count('bomba_sync_queue_overflows_total', 1, {});
    options.logger.info('more was written than the queue holds; the dirty index is scanned', { maxSize });
    emitter.emit('queueOverflowed', { maxSize });
  }
}
