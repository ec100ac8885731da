import { type HealthReport, type MetricLabels, type Metrics, type SyncControl } from '@bomba/sync-core';
import { toPrometheusText } from './exporters/prometheus-text.js';
import { assessHealth } from './health/assess-health.js';
import { type HealthFacts } from './health/health-facts.js';
import { HealthLog } from './health/health-log.js';
import { type HealthThresholds } from './health/health-thresholds.js';
import { type DirectionMeter } from './metrics/direction-meter.js';
import { metricTable } from './metrics/metric-table.js';
import { statusGauges } from './metrics/status-gauges.js';
import { resolveMonitorOptions, type SyncMonitorOptions } from './monitor-options.js';
import { Measurements } from './observation/measurements.js';
import { type OperationInfo } from './observation/operation-info.js';
import { recordOperation } from './observation/record-operation.js';
import { type LocalToAtlasMetrics, toDirectionCounters } from './report/direction-counters.js';
import { type MonitorReport } from './report/monitor-report.js';
import { summarizeDirection, summarizeFamilies } from './report/summarize.js';

/**
 * Watches the push of one sync: counts, times, lag, queue and health, in bounded memory. Feed it by
 * {@link SyncMonitor.observe}, and give it to `createSync({ metrics })` for what the engine measures by itself.
 * {@link BidirectionalSyncMonitor} watches both directions.
 *
 * @public
 */
export class SyncMonitor implements Metrics {
  /** @internal */
  protected readonly measurements: Measurements;
  /** @internal */
  protected readonly push: DirectionMeter;
  readonly #thresholds: HealthThresholds;
  readonly #healthLog: HealthLog;

  /** Throws SYNC_CONFIG_INVALID. */
  constructor(options: SyncMonitorOptions = {}) {
    const resolved = resolveMonitorOptions(options);
    this.measurements = new Measurements(resolved);
    this.push = this.measurements.openMeter('local-to-atlas');
    this.#thresholds = resolved.thresholds;
    this.#healthLog = new HealthLog(resolved.logger);
  }

  /** Counts of the push and the size of the queue. */
  get localToAtlasMetrics(): LocalToAtlasMetrics {
    return { ...toDirectionCounters(this.push), queueSize: this.measurements.facts().queueSize };
  }

  /** Counts and logs an operation carried from Local to Atlas. Those of an observed sync are counted by themselves. */
  recordLocalToAtlas(operation: OperationInfo, success: boolean, durationMs: number): void {
    const nowMs = this.measurements.now();
    if (success) this.measurements.pushLag.arrived(null, nowMs);
    recordOperation({ meter: this.push, logger: this.measurements.logger }, operation, {
      success,
      durationMs,
      nowMs,
    });
  }

  /** Takes note of how many keys wait for push. That of an observed sync is read by itself. */
  recordQueueSize(queueSize: number): void {
    this.measurements.queueSeen(queueSize);
  }

  /** Records the events of a sync and reads its status from now on, in place of one before. Returns how to stop. */
  observe(sync: SyncControl): () => void;
  /** Takes a duration that the engine measured: part of the port `Metrics`. */
  observe(name: string, valueMs: number, labels?: MetricLabels): void;
  observe(target: SyncControl | string, valueMs = NaN, labels?: MetricLabels): (() => void) | undefined {
    if (typeof target !== 'string') return this.measurements.watch(target);
    this.measurements.engine.observe(target, valueMs, labels);
    return undefined;
  }

  /** Adds to a counter of the engine: part of the port `Metrics`. */
  count(name: string, value?: number, labels?: MetricLabels): void {
    this.measurements.engine.count(name, value, labels);
  }

  /** Sets a gauge of the engine: part of the port `Metrics`. */
  gauge(name: string, value: number, labels?: MetricLabels): void {
    this.measurements.engine.gauge(name, value, labels);
  }

  /** Checks everything against the thresholds, and logs what has changed since the last look. */
  checkHealth(): HealthReport {
    return this.#assess(this.measurements.facts());
  }

  /** Everything as plain data, fit for JSON. Logs as {@link SyncMonitor.checkHealth} does. */
  report(): MonitorReport {
    const facts = this.measurements.facts();
    return {
      atMs: facts.atMs,
      sinceMs: this.measurements.sinceMs,
      state: facts.status?.state ?? null,
      queueSize: facts.queueSize,
      localToAtlas: summarizeDirection(this.push, facts),
      health: this.#assess(facts),
      engine: summarizeFamilies(this.measurements.engine.families()),
    };
  }

  /** Everything in Prometheus' text format 0.0.4. Logs as {@link SyncMonitor.checkHealth} does. */
  prometheus(): string {
    const { registry, engine } = this.measurements;
    const facts = this.measurements.facts();
    return toPrometheusText([
      ...registry.families(),
      ...statusGauges(facts, this.#assess(facts)),
      { definition: metricTable.droppedMeasurements, series: [{ labels: {}, value: engine.droppedCount }] },
      ...engine.families(),
    ]);
  }

  #assess(facts: HealthFacts): HealthReport {
    const report = assessHealth(facts, this.#thresholds);
    this.#healthLog.note(report);
    return report;
  }
}
