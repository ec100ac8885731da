/** How well something is. @public */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

/** One thing looked at. @public */
export interface HealthCheck {
  readonly name: string;
  readonly status: HealthStatus;
  /** One sentence for people. */
  readonly message: string;
  /** What to do about it, where something is wrong. */
  readonly remedy?: string;
}

/** The answer to "is it well". @public */
export interface HealthReport {
  readonly status: HealthStatus;
  /** True where sync makes progress, or would if there were anything to do. */
  readonly ready: boolean;
  readonly checks: readonly HealthCheck[];
  /** When this was found, in ms since the epoch. */
  readonly atMs: number;
}
