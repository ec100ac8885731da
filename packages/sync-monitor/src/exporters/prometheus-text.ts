import { type MetricLabels } from '@bomba/sync-core';
import { Histogram } from '../metrics/histogram.js';
import { type MetricDefinition } from '../metrics/metric-definition.js';
import { type MetricFamily, type Series } from '../metrics/metric-registry.js';

const MS_PER_SECOND = 1_000;

/**
 * Writes metrics in Prometheus' text exposition format 0.0.4: `text/plain; version=0.0.4; charset=utf-8`. Durations are
 * given in seconds, counters end in `_total`. A metric without series is left out.
 */
export function toPrometheusText(families: readonly MetricFamily[]): string {
  return families
    .filter(({ series }) => series.length > 0)
    .flatMap(({ definition, series }) => {
      const name = exportedName(definition);
      return [
        `# HELP ${name} ${escapeHelp(definition.help)}`,
        `# TYPE ${name} ${definition.kind}`,
        ...series.flatMap((one) => sampleLines(name, definition, one)),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}

function exportedName({ name, kind, unit }: MetricDefinition): string {
  return `${name}${unit === 'ms' ? '_seconds' : ''}${kind === 'counter' ? '_total' : ''}`;
}

function sampleLines(name: string, { unit }: MetricDefinition, { labels, value }: Series): readonly string[] {
  if (value instanceof Histogram) return histogramLines(name, labels, value);
  return [sample(name, labels, unit === 'ms' ? value / MS_PER_SECOND : value)];
}

function histogramLines(name: string, labels: MetricLabels, histogram: Histogram): readonly string[] {
  const bucket = (le: string, count: number): string => sample(`${name}_bucket`, { ...labels, le }, count);
  return [
    ...histogram.cumulative().map(({ boundMs, count }) => bucket(String(boundMs / MS_PER_SECOND), count)),
    bucket('+Inf', histogram.count),
    sample(`${name}_sum`, labels, histogram.sumMs / MS_PER_SECOND),
    sample(`${name}_count`, labels, histogram.count),
  ];
}

function sample(name: string, labels: MetricLabels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabelValue(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabelValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
