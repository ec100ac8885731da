import { type Direction } from '@bomba/sync-core';
import { Histogram } from './histogram.js';
import { type MetricRegistry } from './metric-registry.js';
import { metricTable } from './metric-table.js';
import { RecentCount } from './recent-count.js';

const MINUTE_MS = 60_000;

/** How long a failure, conflict or quarantine counts as recent. */
export const RECENT_WINDOW_MS = 5 * MINUTE_MS;

/** Versions stored on the other side, of one collection. */
export interface AppliedVersions {
  readonly count: number;
  /** Null where unknown. */
  readonly durationMs: number | null;
  /** Null where unknown. */
  readonly lagMs?: number | null;
  readonly collection?: string | undefined;
}

/** A request that failed. */
export interface FailedRequest {
  readonly code?: string | undefined;
  /** Null where unknown. */
  readonly durationMs?: number | null;
}

/** A state that lost a conflict or was refused: of which collection, and why. */
export interface SetAsideState {
  readonly collection?: string | undefined;
  readonly reason?: string | undefined;
}

/** Counts and times of one direction, exact whatever the number of collections, and the same in the registry by label. */
export class DirectionMeter {
  readonly direction: Direction;
  appliedCount = 0;
  failedCount = 0;
  conflictCount = 0;
  quarantinedCount = 0;
  lastAppliedAtMs: number | null = null;
  /** From first read to acknowledgement, of each version. */
  readonly durations: Histogram;
  /** From write to arrival, of the oldest version of each batch. */
  readonly arrivalLags: Histogram;
  /** Versions stored in the last minute. */
  readonly appliedLastMinute = new RecentCount(MINUTE_MS);
  readonly recentlyApplied = new RecentCount(RECENT_WINDOW_MS);
  readonly recentlyFailed = new RecentCount(RECENT_WINDOW_MS);
  readonly recentConflicts = new RecentCount(RECENT_WINDOW_MS);
  readonly recentlyQuarantined = new RecentCount(RECENT_WINDOW_MS);
  readonly #registry: MetricRegistry;

  constructor(direction: Direction, registry: MetricRegistry) {
    this.direction = direction;
    this.#registry = registry;
    this.durations = registry.histogram(metricTable.applyDuration, { direction }) ?? new Histogram();
    this.arrivalLags = registry.histogram(metricTable.arrivalLag, { direction }) ?? new Histogram();
  }

  /** Versions were stored on the other side. */
  applied({ count, durationMs, lagMs = null, collection = '' }: AppliedVersions, nowMs: number): void {
    this.appliedCount += count;
    this.lastAppliedAtMs = nowMs;
    this.appliedLastMinute.add(nowMs, count);
    this.recentlyApplied.add(nowMs, count);
    if (isMeasured(durationMs)) this.durations.record(durationMs, count);
    if (isMeasured(lagMs)) this.arrivalLags.record(lagMs);
    this.#registry.add(metricTable.applied, count, { direction: this.direction, collection });
  }

  /** A request failed, after `durationMs` where that is known. */
  failed({ code = '', durationMs = null }: FailedRequest, nowMs: number): void {
    this.failedCount += 1;
    this.recentlyFailed.add(nowMs);
    if (isMeasured(durationMs)) this.durations.record(durationMs);
    this.#registry.add(metricTable.failed, 1, { direction: this.direction, code });
  }

  /** A state lost a conflict to one that travels in this direction. */
  conflict({ collection = '', reason = '' }: SetAsideState, nowMs: number): void {
    this.conflictCount += 1;
    this.recentConflicts.add(nowMs);
    this.#registry.add(metricTable.conflicts, 1, { direction: this.direction, collection, reason });
  }

  /** A state of this direction was put into quarantine; the reason is an error code. */
  quarantined({ collection = '', reason = '' }: SetAsideState, nowMs: number): void {
    this.quarantinedCount += 1;
    this.recentlyQuarantined.add(nowMs);
    this.#registry.add(metricTable.quarantined, 1, { direction: this.direction, collection, code: reason });
  }
}

function isMeasured(valueMs: number | null): valueMs is number {
  return valueMs !== null && Number.isFinite(valueMs);
}
