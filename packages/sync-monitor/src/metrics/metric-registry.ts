import { type MetricLabels } from '@bomba/sync-core';
import { Histogram } from './histogram.js';
import { overflowLabels, seriesKeyOf } from './labels.js';
import { type MetricDefinition } from './metric-definition.js';

/** One set of labels of a metric with its value: a number, or a histogram for that kind. */
export interface Series {
  readonly labels: MetricLabels;
  readonly value: number | Histogram;
}

/** A metric with all its series. */
export interface MetricFamily {
  readonly definition: MetricDefinition;
  readonly series: readonly Series[];
}

const overflowKey = seriesKeyOf(overflowLabels);

interface OpenSeries extends Series {
  value: number | Histogram;
}

interface Family {
  readonly definition: MetricDefinition;
  readonly series: Map<string, OpenSeries>;
}

/** The bounds of a {@link MetricRegistry}. */
export interface MetricRegistryOptions {
  /** Metrics at most; measurements of others are refused. */
  readonly maxMetricCount: number;
  /** Series per metric at most; all others share one more, labelled `overflow`. */
  readonly maxSeriesCount: number;
}

/**
 * Holds the values of metrics by labels, in bounded memory. Each write says whether it was taken: no for a value that
 * is not a finite number (or negative, for a counter), a metric that is of another kind already, or one too many.
 */
export class MetricRegistry {
  readonly #options: MetricRegistryOptions;
  readonly #families = new Map<string, Family>();

  constructor(options: MetricRegistryOptions) {
    this.#options = options;
  }

  /** Adds to a counter. */
  add(definition: MetricDefinition, value: number, labels: MetricLabels = {}): boolean {
    if (!Number.isFinite(value) || value < 0) return false;
    const series = this.#series(definition, labels);
    if (typeof series?.value !== 'number') return false;
    series.value += value;
    return true;
  }

  /** Sets a gauge. */
  set(definition: MetricDefinition, value: number, labels: MetricLabels = {}): boolean {
    if (!Number.isFinite(value)) return false;
    const series = this.#series(definition, labels);
    if (typeof series?.value !== 'number') return false;
    series.value = value;
    return true;
  }

  /** Adds an observation to a histogram. */
  record(definition: MetricDefinition, valueMs: number, labels: MetricLabels = {}): boolean {
    if (!Number.isFinite(valueMs)) return false;
    const histogram = this.histogram(definition, labels);
    histogram?.record(valueMs);
    return histogram !== null;
  }

  /** The histogram of these labels, for one who reads it too; null where there is no room. */
  histogram(definition: MetricDefinition, labels: MetricLabels = {}): Histogram | null {
    const series = this.#series(definition, labels);
    return series?.value instanceof Histogram ? series.value : null;
  }

  /** All metrics in the order of their first use. */
  families(): readonly MetricFamily[] {
    return [...this.#families.values()].map(({ definition, series }) => ({
      definition,
      series: [...series.values()],
    }));
  }

  #series(definition: MetricDefinition, labels: MetricLabels): OpenSeries | null {
    const family = this.#family(definition);
    if (family === null) return null;
    const key = seriesKeyOf(labels);
    const known = family.series.get(key);
    if (known) return known;
    if (family.series.size < this.#options.maxSeriesCount) return openSeries(family, key, labels);
    return family.series.get(overflowKey) ?? openSeries(family, overflowKey, overflowLabels);
  }

  #family(definition: MetricDefinition): Family | null {
    const known = this.#families.get(definition.name);
    if (known) return known.definition.kind === definition.kind ? known : null;
    if (this.#families.size >= this.#options.maxMetricCount) return null;
    const family: Family = { definition, series: new Map() };
    this.#families.set(definition.name, family);
    return family;
  }
}

function openSeries(family: Family, key: string, labels: MetricLabels): OpenSeries {
  const series: OpenSeries = {
    labels: { ...labels },
    value: family.definition.kind === 'histogram' ? new Histogram() : 0,
  };
  family.series.set(key, series);
  return series;
}
