/** From where on something counts as degraded (warning) or unhealthy (critical). @public */
export interface HealthThresholds {
  /** Keys that wait for push. */
  readonly queueSizeWarningCount: number;
  readonly queueSizeCriticalCount: number;
  /** How far a side is behind the other. */
  readonly lagWarningMs: number;
  readonly lagCriticalMs: number;
  /** Share of requests that failed in the last five minutes, 0 to 1. */
  readonly failureRatioWarning: number;
  readonly failureRatioCritical: number;
  /** Fewer failures than this in five minutes are not judged. */
  readonly failureMinCount: number;
  /** Conflicts in five minutes; they are settled, so they warn at most. */
  readonly conflictWarningCount: number;
  /** How far the clocks of this machine and of Atlas are apart; warns at most. */
  readonly driftWarningMs: number;
}

/** The thresholds where none are given. @public */
export const defaultThresholds: HealthThresholds = {
  queueSizeWarningCount: 1_000,
  queueSizeCriticalCount: 10_000,
  lagWarningMs: 60_000,
  lagCriticalMs: 3_600_000,
  failureRatioWarning: 0.1,
  failureRatioCritical: 0.5,
  failureMinCount: 5,
  conflictWarningCount: 100,
  driftWarningMs: 30_000,
};
