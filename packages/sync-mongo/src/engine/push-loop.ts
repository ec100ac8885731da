import { backoffDelay, collectionOf, pushTurn, startSweep, type SyncError } from '@bomba/sync-core';
import { mapMongoError } from '../errors/map-mongo-error.js';
import { systemRandom } from '../system/system-random.js';
import { type EngineParts } from './engine-parts.js';
import { type Gate } from './gate.js';
import { type Lane } from './lane.js';

const MAX_BATCH_SIZE = 500;

/** What the loop works on. */
export interface PushLoopOptions {
  readonly lane: Lane;
  readonly gate: Gate;
  readonly signal: AbortSignal;
}

/**
 * Pushes whatever is dirty, at once when capture calls, and by a sweep of the index every `queue.scanIntervalMs` for
 * what other processes wrote. It waits until the gate is open: pull before push.
 */
export async function pushLoop(parts: EngineParts, { lane, gate, signal }: PushLoopOptions): Promise<void> {
  const { options, pushDue } = parts;
  let failures = 0;
  await gate.opened(signal);
  while (!signal.aborted) {
    try {
      await sweepOnce(parts, lane);
      failures = 0;
      await pushDue.wait(options.clock, options.queue.scanIntervalMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      const failure = mapMongoError(error, 'atlas');
      failures++;
      if (!isWorthAnotherTry(failure)) throw failure;
      parts.board.count('local-to-atlas', 'failedCount');
      parts.board.failed(failure);
      parts.emitter.emit('failed', { direction: 'local-to-atlas', code: failure.code, attempt: failures });
      options.logger.warn('push failed, trying again', { code: failure.code, attempt: failures });
      await options.clock.sleep(backoffDelay(failures, options.retry, systemRandom), signal);
    }
  }
}

/** A broken connection ends the work over it: push may go on only after pull has caught up. */
function isWorthAnotherTry({ code }: SyncError): boolean {
  return code === 'SYNC_WRITE_TRANSIENT';
}

/** Pushes until the sweep has come to its end. */
async function sweepOnce({ queue, pauses }: EngineParts, lane: Lane): Promise<void> {
  const sweep = startSweep();
  // A page must fit the queue, else the sweep would pass over what the queue refuses.
  const batchSize = Math.min(MAX_BATCH_SIZE, queue.maxSize);
  const skip = (key: Parameters<typeof collectionOf>[0]): boolean =>
    pauses.isPaused('local-to-atlas', collectionOf(key));
  for (;;) {
    const { finished } = await lane.run(pushTurn(lane.context, { queue, sweep, batchSize, skip }));
    if (finished) return;
  }
}
