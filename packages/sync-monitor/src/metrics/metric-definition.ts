/** How a metric behaves: a counter only grows, a gauge is the present value, a histogram counts by size. @public */
export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** `ms` values are durations; exporters turn them into their own base unit. @public */
export type MetricUnit = 'count' | 'ms';

/** What a metric is, apart from its values. @public */
export interface MetricDefinition {
  /** In snake_case, without a suffix for unit or kind: exporters add their own. */
  readonly name: string;
  readonly kind: MetricKind;
  readonly unit: MetricUnit;
  /** One sentence for people. */
  readonly help: string;
}
