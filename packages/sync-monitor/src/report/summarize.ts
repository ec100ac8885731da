import { type HealthFacts } from '../health/health-facts.js';
import { type DirectionMeter } from '../metrics/direction-meter.js';
import { Histogram } from '../metrics/histogram.js';
import { type MetricFamily } from '../metrics/metric-registry.js';
import { type DirectionReport, type DurationSummary, type EngineMeasurement } from './monitor-report.js';

const RATE_WINDOW_S = 60;

/** Sums up one direction. */
export function summarizeDirection(
  meter: DirectionMeter,
  { directions, atMs }: HealthFacts,
): DirectionReport {
  return {
    appliedCount: meter.appliedCount,
    failedCount: meter.failedCount,
    conflictCount: meter.conflictCount,
    quarantinedCount: meter.quarantinedCount,
    lastAppliedAtMs: meter.lastAppliedAtMs,
    appliedPerSecond: meter.appliedLastMinute.total(atMs) / RATE_WINDOW_S,
    lagMs: directions.find(({ direction }) => direction === meter.direction)?.lagMs ?? null,
    duration: summarizeDurations(meter.durations),
    arrivalLag: summarizeDurations(meter.arrivalLags),
  };
}

/** Sums up a distribution. */
export function summarizeDurations(histogram: Histogram): DurationSummary {
  return {
    count: histogram.count,
    meanMs: histogram.meanMs,
    p50Ms: histogram.quantile(0.5),
    p95Ms: histogram.quantile(0.95),
    maxMs: histogram.count === 0 ? null : histogram.maxMs,
  };
}

/** Lists measurements, one per set of labels. */
export function summarizeFamilies(families: readonly MetricFamily[]): readonly EngineMeasurement[] {
  return families.flatMap(({ definition: { name }, series }) =>
    series.map(({ labels, value }) => ({
      name,
      labels,
      value: value instanceof Histogram ? summarizeDurations(value) : value,
    })),
  );
}
