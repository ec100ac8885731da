import { type Clock, type Logger, silentLogger, SyncError } from '@bomba/sync-core';
import { defaultThresholds, type HealthThresholds } from './health/health-thresholds.js';
import { type MetricRegistryOptions } from './metrics/metric-registry.js';
import { systemClock } from './system/system-clock.js';

/** Options of {@link SyncMonitor} and {@link BidirectionalSyncMonitor}. @public */
export interface SyncMonitorOptions {
  /** Default: the clock of this machine. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Told of every operation and every health check that changes. Default silent. */
  readonly logger?: Logger;
  /** Replaces single thresholds; see {@link defaultThresholds}. */
  readonly thresholds?: Partial<HealthThresholds>;
  /** Sets of labels per metric at most; all others are counted together. Default 500. */
  readonly maxSeriesCount?: number;
  /** Metrics that the engine may measure by itself, at most; others are dropped and counted. Default 200. */
  readonly maxMetricCount?: number;
}

/** The options with every default filled in. */
export interface ResolvedMonitorOptions extends MetricRegistryOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly thresholds: HealthThresholds;
}

const defaultLimits: MetricRegistryOptions = { maxSeriesCount: 500, maxMetricCount: 200 };

/** Fills in the defaults. Throws SYNC_CONFIG_INVALID, naming every problem at once. */
export function resolveMonitorOptions(options: SyncMonitorOptions): ResolvedMonitorOptions {
  const limits = {
    maxSeriesCount: options.maxSeriesCount ?? defaultLimits.maxSeriesCount,
    maxMetricCount: options.maxMetricCount ?? defaultLimits.maxMetricCount,
  };
  const thresholds = { ...defaultThresholds, ...options.thresholds };
  const problems = [...problemsOfLimits(limits), ...problemsOfThresholds(thresholds)];
  if (problems.length > 0) {
    throw new SyncError('SYNC_CONFIG_INVALID', `The monitor's options are wrong: ${problems.join('; ')}.`);
  }
  const { clock = systemClock, logger = silentLogger } = options;
  return Object.freeze({ ...limits, thresholds, clock, logger });
}

function problemsOfLimits(limits: MetricRegistryOptions): readonly string[] {
  return Object.entries(limits)
    .filter(([, value]) => !Number.isInteger(value) || value < 1)
    .map(([name, value]) => `${name} must be a whole number above 0, got ${String(value)}`);
}

function problemsOfThresholds(thresholds: HealthThresholds): readonly string[] {
  const notNumbers = Object.entries(thresholds)
    .filter(([, value]) => typeof value !== 'number' || Number.isNaN(value) || value < 0)
    .map(([name, value]) => `thresholds.${name} must be a number at or above 0, got ${String(value)}`);
  const pairs = [
    ['queueSizeWarningCount', 'queueSizeCriticalCount'],
    ['lagWarningMs', 'lagCriticalMs'],
    ['failureRatioWarning', 'failureRatioCritical'],
  ] as const;
  const reversed = pairs
    .filter(([warning, critical]) => thresholds[warning] > thresholds[critical])
    .map(([warning, critical]) => `thresholds.${warning} must not be above thresholds.${critical}`);
  return [...notNumbers, ...reversed];
}
