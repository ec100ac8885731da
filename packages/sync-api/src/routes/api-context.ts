import { type Clock, type Logger, type SyncControl } from '@bomba/sync-core';

/** Where the metrics come from; a monitor of @bomba/sync-monitor is one. @public */
export interface MetricsSource {
  /** Plain data, fit for JSON. */
  report(): unknown;
  /** Prometheus' text format 0.0.4. */
  prometheus?(): string;
}

/** What the routes work with. */
export interface ApiContext {
  readonly sync: SyncControl;
  readonly metrics: MetricsSource;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}
