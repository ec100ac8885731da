export { SyncMonitor } from './sync-monitor.js';
export { BidirectionalSyncMonitor } from './bidirectional-sync-monitor.js';
export { type SyncMonitorOptions } from './monitor-options.js';
export { type ConflictInfo, type OperationInfo } from './observation/operation-info.js';
export { defaultThresholds, type HealthThresholds } from './health/health-thresholds.js';
export { type MetricDefinition, type MetricKind, type MetricUnit } from './metrics/metric-definition.js';
export { metricTable } from './metrics/metric-table.js';
export {
  type BidirectionalMonitorReport,
  type DirectionReport,
  type DurationSummary,
  type EngineMeasurement,
  type MonitorReport,
} from './report/monitor-report.js';
export {
  type AtlasToLocalMetrics,
  type DirectionalMetrics,
  type DirectionCounters,
  type LocalToAtlasMetrics,
} from './report/direction-counters.js';
