import { type HealthReport, type MetricLabels, type SyncState, type SyncStatus } from '@bomba/sync-core';
import { severityOf } from '../health/assess-health.js';
import { type HealthFacts } from '../health/health-facts.js';
import { type MetricDefinition } from './metric-definition.js';
import { type MetricFamily, type Series } from './metric-registry.js';
import { metricTable } from './metric-table.js';

const stateNames: Readonly<Record<SyncState, true>> = {
  disabled: true,
  stopped: true,
  starting: true,
  standby: true,
  running: true,
  degraded: true,
  stopping: true,
};

/** The present values, made anew at every look so that none can be stale; what is unknown is absent. */
export function statusGauges(facts: HealthFacts, health: HealthReport): readonly MetricFamily[] {
  return [
    gauge(metricTable.queueSize, [series(facts.queueSize)]),
    gauge(
      metricTable.lag,
      facts.directions.flatMap(({ direction, lagMs }) =>
        lagMs === null ? [] : [series(lagMs, { direction })],
      ),
    ),
    gauge(
      metricTable.health,
      health.checks.map(({ name, status }) => series(severityOf[status], { check: name })),
    ),
    ...(facts.status === null ? [] : gaugesOf(facts.status)),
  ];
}

function gaugesOf(status: SyncStatus): readonly MetricFamily[] {
  return [
    gauge(
      metricTable.state,
      Object.keys(stateNames).map((state) => series(state === status.state, { state })),
    ),
    gauge(metricTable.connected, [
      series(status.local === 'connected', { side: 'local' }),
      series(status.atlas === 'connected', { side: 'atlas' }),
    ]),
    gauge(metricTable.leader, [series(status.leader)]),
    gauge(metricTable.pushOpen, [series(status.pushOpen)]),
    gauge(metricTable.pausedScopes, [series(status.paused.length)]),
    gauge(metricTable.clockDrift, status.driftMs === null ? [] : [series(status.driftMs)]),
  ];
}

function gauge(definition: MetricDefinition, values: readonly Series[]): MetricFamily {
  return { definition, series: values };
}

function series(value: number | boolean, labels: MetricLabels = {}): Series {
  return { labels, value: Number(value) };
}
