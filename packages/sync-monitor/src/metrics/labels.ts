import { type MetricLabels } from '@bomba/sync-core';

/** The labels of the one series per metric that takes in what found no room (as OpenTelemetry marks it). */
export const overflowLabels: MetricLabels = { overflow: 'true' };

/** Identifies a series: the same labels in any order give the same text. */
export function seriesKeyOf(labels: MetricLabels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
