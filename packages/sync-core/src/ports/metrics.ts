/** Labels of a measurement, e.g. `{ direction: 'local-to-atlas', collection: 'bills' }`. @public */
export type MetricLabels = Readonly<Record<string, string>>;

/** Where the engine counts; must not throw. Names and units are in `metric-names.ts`. @public */
export interface Metrics {
  /** Adds to a counter; `value` defaults to 1. */
  count(name: string, value?: number, labels?: MetricLabels): void;
  /** Sets a gauge. */
  gauge(name: string, value: number, labels?: MetricLabels): void;
  /** Adds one observation, in milliseconds, to a distribution. */
  observe(name: string, valueMs: number, labels?: MetricLabels): void;
}

const ignore = (): void => undefined;

/** Counts nothing. @public */
export const silentMetrics: Metrics = { count: ignore, gauge: ignore, observe: ignore };
