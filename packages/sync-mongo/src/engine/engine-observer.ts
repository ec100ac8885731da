import { collectionOf, type Direction, type DocumentKey, type EngineObserver } from '@bomba/sync-core';
import { isStateCollection } from '../state/state-collections.js';
import { type EngineParts } from './engine-parts.js';

interface Tally {
  readonly direction: Direction;
  readonly collection: string;
  count: number;
  oldestAtMs: number;
}

/** Counts what the engine's steps have done, and tells it once per step and collection. */
export class StepObserver implements EngineObserver {
  readonly #parts: EngineParts;
  readonly #tallies = new Map<string, Tally>();
  #startedAtMs = 0;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** A step begins. */
  begin(): void {
    this.#startedAtMs = this.#parts.options.clock.monotonic();
    this.#tallies.clear();
  }

  applied(direction: Direction, key: DocumentKey, writtenAtMs: number): void {
    const collection = collectionOf(key);
    const name = `${direction} ${collection}`;
    const tally = this.#tallies.get(name) ?? { direction, collection, count: 0, oldestAtMs: writtenAtMs };
    tally.count++;
    tally.oldestAtMs = Math.min(tally.oldestAtMs, writtenAtMs);
    this.#tallies.set(name, tally);
  }

  /** A step has ended: tells what it did. */
  end(): void {
    const { options, board, emitter } = this.#parts;
    const durationMs = options.clock.monotonic() - this.#startedAtMs;
    for (const { direction, collection, count, oldestAtMs } of this.#tallies.values()) {
      board.count(direction, 'appliedCount', count);
      options.metrics.count('bomba_sync_applied_total', count, { direction, collection });
      const lagMs = oldestAtMs > 0 ? Math.max(0, options.clock.now() - oldestAtMs) : null;
      emitter.emit('synced', { direction, collection, count, durationMs, lagMs });
    }
    this.#tallies.clear();
  }

  kept(record: Parameters<EngineObserver['kept']>[0]): void {
    const { board, conflicts, emitter, options } = this.#parts;
    const collection = collectionOf(record.key);
    if (isStateCollection(collection) || !conflicts.isNew(record)) return;
    const { body: _body, ...told } = record;
    const { key, loser, reason } = told;
    conflicts.count(record);
    board.count(loser === 'local' ? 'atlas-to-local' : 'local-to-atlas', 'conflictCount');
    options.metrics.count('bomba_sync_conflicts_total', 1, { collection, reason });
    options.logger.info('a state lost a conflict and is kept', { collection, documentId: key, reason });
    emitter.emit('conflict', { ...told, collection });
  }

  quarantined(entry: Parameters<EngineObserver['quarantined']>[0]): void {
    const { board, emitter, options, toldRefusals } = this.#parts;
    const { key, direction, refusal } = entry;
    const collection = collectionOf(key);
    board.count(direction, 'quarantinedCount');
    options.metrics.count('bomba_sync_quarantined_total', 1, { collection, code: refusal.code });
    const fields = { collection, documentId: key, code: refusal.code };
    if (toldRefusals.isNew(entry)) options.logger.warn('a state was refused and waits in quarantine', fields);
    else options.logger.debug('a state was tried again, and refused as before', fields);
    emitter.emit('quarantined', { direction, collection, key, code: refusal.code, reason: refusal.reason });
  }
}
