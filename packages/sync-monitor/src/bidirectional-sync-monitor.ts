import { type HealthReport } from '@bomba/sync-core';
import { type SyncMonitorOptions } from './monitor-options.js';
import { type ConflictInfo, type OperationInfo } from './observation/operation-info.js';
import { directionOfConflict } from './observation/record-events.js';
import { recordOperation } from './observation/record-operation.js';
import {
  type AtlasToLocalMetrics,
  type DirectionalMetrics,
  toDirectionCounters,
} from './report/direction-counters.js';
import { type BidirectionalMonitorReport } from './report/monitor-report.js';
import { summarizeDirection } from './report/summarize.js';
import { type DirectionMeter } from './metrics/direction-meter.js';
import { SyncMonitor } from './sync-monitor.js';

/**
 * Watches both directions of one sync.
 *
 * @example
 * const monitor = new BidirectionalSyncMonitor();
 * const sync = createSync({ mongoose, atlas, metrics: monitor });
 * monitor.observe(sync);
 * app.use('/api/sync', createSyncRouter({ sync, authorize, metrics: monitor }));
 *
 * @public
 */
export class BidirectionalSyncMonitor extends SyncMonitor {
  readonly #pull: DirectionMeter;

  /** Throws SYNC_CONFIG_INVALID. */
  constructor(options: SyncMonitorOptions = {}) {
    super(options);
    this.#pull = this.measurements.openMeter('atlas-to-local');
  }

  /** Counts of the pull. */
  get atlasToLocalMetrics(): AtlasToLocalMetrics {
    const conflicts = this.push.conflictCount + this.#pull.conflictCount;
    return { ...toDirectionCounters(this.#pull), conflicts };
  }

  /** Counts and logs an operation carried from Atlas to Local. Those of an observed sync are counted by themselves. */
  recordAtlasToLocal(operation: OperationInfo, success: boolean, durationMs: number): void {
    const nowMs = this.measurements.now();
    recordOperation({ meter: this.#pull, logger: this.measurements.logger }, operation, {
      success,
      durationMs,
      nowMs,
    });
  }

  /** Counts and logs a settled conflict, in the direction in which the winner travels. */
  recordConflict({ collection, loser = 'local', reason }: ConflictInfo): void {
    const meter = directionOfConflict(loser) === 'local-to-atlas' ? this.push : this.#pull;
    meter.conflict({ collection, reason }, this.measurements.now());
    this.measurements.logger.info('A state lost a conflict and was kept.', { collection, loser, reason });
  }

  /** The counts of both directions. */
  getDirectionalMetrics(): DirectionalMetrics {
    return { localToAtlas: this.localToAtlasMetrics, atlasToLocal: this.atlasToLocalMetrics };
  }

  /** Checks both directions; the same as {@link SyncMonitor.checkHealth}. */
  checkBidirectionalHealth(): HealthReport {
    return this.checkHealth();
  }

  override report(): BidirectionalMonitorReport {
    return { ...super.report(), atlasToLocal: summarizeDirection(this.#pull, this.measurements.facts()) };
  }
}
