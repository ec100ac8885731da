import { type Direction, type SyncControl, type SyncStatus } from '@bomba/sync-core';
import { type DirectionFacts, type HealthFacts } from '../health/health-facts.js';
import { pullLagMs } from '../lag/pull-lag.js';
import { PushLag } from '../lag/push-lag.js';
import { DirectionMeter } from '../metrics/direction-meter.js';
import { EngineMetrics } from '../metrics/engine-metrics.js';
import { MetricRegistry } from '../metrics/metric-registry.js';
import { metricTable } from '../metrics/metric-table.js';
import { type ResolvedMonitorOptions } from '../monitor-options.js';
import { type EventRecord, recordEvents } from './record-events.js';

/** All that a monitor has measured of one sync, and what follows from it now. */
export class Measurements implements EventRecord {
  readonly registry: MetricRegistry;
  readonly engine: EngineMetrics;
  readonly pushLag = new PushLag();
  readonly logger: ResolvedMonitorOptions['logger'];
  readonly sinceMs: number;
  readonly #clock: ResolvedMonitorOptions['clock'];
  readonly #meters = new Map<Direction, DirectionMeter>();
  #reportedQueueSize = 0;
  #observed: SyncControl | null = null;
  #stop: () => void = () => undefined;

  constructor(options: ResolvedMonitorOptions) {
    this.#clock = options.clock;
    this.logger = options.logger;
    this.registry = new MetricRegistry({ ...options, maxMetricCount: Object.keys(metricTable).length });
    this.engine = new EngineMetrics(options);
    this.sinceMs = this.now();
  }

  now(): number {
    return this.#clock.now();
  }

  /** Starts to meter a direction; what happens in others is not counted. */
  openMeter(direction: Direction): DirectionMeter {
    const meter = new DirectionMeter(direction, this.registry);
    this.#meters.set(direction, meter);
    return meter;
  }

  meterOf(direction: Direction): DirectionMeter | null {
    return this.#meters.get(direction) ?? null;
  }

  /** Records this sync instead of one before, until the returned function is called. */
  watch(sync: SyncControl): () => void {
    this.#stop();
    const stopRecording = recordEvents(sync, this);
    const stop = (): void => {
      stopRecording();
      if (this.#observed === sync) this.#observed = null;
    };
    this.#observed = sync;
    this.#stop = stop;
    return stop;
  }

  /** Takes a queue size that counts where no sync is observed. */
  queueSeen(queueSize: number): void {
    this.#reportedQueueSize = queueSize;
    this.pushLag.queueSeen(queueSize, this.now());
  }

  /** Looks at everything at this moment. */
  facts(): HealthFacts {
    const atMs = this.now();
    const status = this.#observed?.status() ?? null;
    const queueSize = status?.queueSize ?? this.#reportedQueueSize;
    this.pushLag.queueSeen(queueSize, atMs);
    const directions = [...this.#meters.values()].map((meter) => this.#factsOf(meter, status, atMs));
    return { atMs, status, queueSize, directions };
  }

  #factsOf(meter: DirectionMeter, status: SyncStatus | null, nowMs: number): DirectionFacts {
    const { direction } = meter;
    return {
      direction,
      lagMs: direction === 'local-to-atlas' ? this.pushLag.lagMs(nowMs) : pullLagMs(status, nowMs),
      recentlyAppliedCount: meter.recentlyApplied.total(nowMs),
      recentlyFailedCount: meter.recentlyFailed.total(nowMs),
      recentConflictCount: meter.recentConflicts.total(nowMs),
      recentlyQuarantinedCount: meter.recentlyQuarantined.total(nowMs),
    };
  }
}
