import { type HealthReport, type MetricLabels, type SyncState } from '@bomba/sync-core';

/** How long something takes, in ms; null where nothing was measured. @public */
export interface DurationSummary {
  readonly count: number;
  readonly meanMs: number | null;
  /** Half of all values are at or below it; at most 19 % off. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
}

/** What happened in one direction since the monitor was made. @public */
export interface DirectionReport {
  /** Document versions stored on the other side. */
  readonly appliedCount: number;
  /** Requests that failed and are tried again. */
  readonly failedCount: number;
  /** States that lost a conflict to one that travels in this direction. */
  readonly conflictCount: number;
  readonly quarantinedCount: number;
  /** When the last version was stored, in ms since the epoch; null: none yet. */
  readonly lastAppliedAtMs: number | null;
  /** Over the last minute. */
  readonly appliedPerSecond: number;
  /** How far the other side is behind now, at least; null while unknown. */
  readonly lagMs: number | null;
  /** From first read to acknowledgement, of each version. */
  readonly duration: DurationSummary;
  /** From write to arrival, of the oldest version of each batch. */
  readonly arrivalLag: DurationSummary;
}

/** Something the engine measured by itself, through the port `Metrics`. @public */
export interface EngineMeasurement {
  readonly name: string;
  readonly labels: MetricLabels;
  readonly value: number | DurationSummary;
}

/** What {@link SyncMonitor.report} tells: plain data, fit for JSON; times and durations are in ms. @public */
export interface MonitorReport {
  readonly atMs: number;
  /** When counting began. */
  readonly sinceMs: number;
  /** Null where no sync is observed. */
  readonly state: SyncState | null;
  readonly queueSize: number;
  readonly localToAtlas: DirectionReport;
  readonly health: HealthReport;
  readonly engine: readonly EngineMeasurement[];
}

/** What {@link BidirectionalSyncMonitor.report} tells: the same, and the other direction. @public */
export interface BidirectionalMonitorReport extends MonitorReport {
  readonly atlasToLocal: DirectionReport;
}
