import { BatchSize, type SyncEvents, type SyncStatus } from '@bomba/sync-core';
import { type EngineParts } from '../../../src/engine/engine-parts.js';
import { WriteSetbacks } from '../../../src/worker/write-setbacks.js';

/** Setbacks, and what others hear of them. Time passes only when it is told to, and every wait lasts half as long as it may. */
export class SetbackWorld {
  nowMs = 1_000;
  readonly told: SyncEvents['failed'][] = [];
  readonly setbacks: WriteSetbacks;
  readonly pushSize = new BatchSize();
  /** What health would show. */
  standing: SyncStatus['lastError'] = null;

  constructor(direction: 'local-to-atlas' | 'atlas-to-local' = 'local-to-atlas') {
    const clock = { now: () => this.nowMs, monotonic: () => this.nowMs };
    const retry = { baseMs: 1_000, maxMs: 60_000 };
    const logger = { warn: () => undefined, error: () => undefined };
    const parts = {
      options: { clock, retry, logger, changeStream: { maxReconnectAttempts: 10 } },
      board: {
        count: () => undefined,
        standing: (_: unknown, failure: SyncStatus['lastError']) => (this.standing = failure),
      },
      emitter: { emit: (_: unknown, event: SyncEvents['failed']) => this.told.push(event) },
      pushSize: this.pushSize,
    } as unknown as EngineParts;
    this.setbacks = new WriteSetbacks(parts, direction, { fraction: () => 0.5 });
  }

  /** Whatever waits has waited long enough. */
  passTime(): void {
    this.nowMs += 60_001;
  }
}
