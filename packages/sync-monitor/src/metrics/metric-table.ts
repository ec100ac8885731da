import { type MetricDefinition } from './metric-definition.js';

/** Every metric of the monitor itself: name, kind, unit, meaning. What the engine measures on its own comes on top. @public */
export const metricTable = {
  applied: {
    name: 'bomba_sync_applied',
    kind: 'counter',
    unit: 'count',
    help: 'Document versions stored on the other side.',
  },
  failed: {
    name: 'bomba_sync_failed',
    kind: 'counter',
    unit: 'count',
    help: 'Requests that failed and are tried again.',
  },
  conflicts: {
    name: 'bomba_sync_conflicts',
    kind: 'counter',
    unit: 'count',
    help: 'States that lost a conflict and were kept.',
  },
  quarantined: {
    name: 'bomba_sync_quarantined',
    kind: 'counter',
    unit: 'count',
    help: 'States put into quarantine.',
  },
  queueOverflows: {
    name: 'bomba_sync_queue_overflows',
    kind: 'counter',
    unit: 'count',
    help: 'Times more was written than the queue holds, so that the rest is found by a scan.',
  },
  stateChanges: {
    name: 'bomba_sync_state_changes',
    kind: 'counter',
    unit: 'count',
    help: 'Changes of the engine to this state.',
  },
  clockCorrections: {
    name: 'bomba_sync_clock_corrections',
    kind: 'counter',
    unit: 'count',
    help: 'Times the clock was put right by the clock of Atlas.',
  },
  droppedMeasurements: {
    name: 'bomba_sync_dropped_measurements',
    kind: 'counter',
    unit: 'count',
    help: 'Measurements refused: not a number, of another kind than before, or one metric too many.',
  },
  applyDuration: {
    name: 'bomba_sync_apply_duration',
    kind: 'histogram',
    unit: 'ms',
    help: 'Time from the first read of a version to its acknowledgement by the other side.',
  },
  arrivalLag: {
    name: 'bomba_sync_arrival_lag',
    kind: 'histogram',
    unit: 'ms',
    help: 'Time from a write to its arrival on the other side, of the oldest version of each batch.',
  },
  lag: {
    name: 'bomba_sync_lag',
    kind: 'gauge',
    unit: 'ms',
    help: 'How far the other side is behind now, at least; absent while unknown.',
  },
  queueSize: {
    name: 'bomba_sync_queue_size',
    kind: 'gauge',
    unit: 'count',
    help: 'Keys known to wait for push.',
  },
  clockDrift: {
    name: 'bomba_sync_clock_drift',
    kind: 'gauge',
    unit: 'ms',
    help: 'Clock of Atlas minus clock of this machine; absent until measured.',
  },
  state: {
    name: 'bomba_sync_state',
    kind: 'gauge',
    unit: 'count',
    help: '1 for the state the engine is in, 0 for the others.',
  },
  connected: {
    name: 'bomba_sync_connected',
    kind: 'gauge',
    unit: 'count',
    help: '1 while the database of this side answers.',
  },
  leader: {
    name: 'bomba_sync_leader',
    kind: 'gauge',
    unit: 'count',
    help: '1 in the process that runs the engine of the branch.',
  },
  pushOpen: {
    name: 'bomba_sync_push_open',
    kind: 'gauge',
    unit: 'count',
    help: '0 while pull must catch up before push may go on.',
  },
  pausedScopes: {
    name: 'bomba_sync_paused_scopes',
    kind: 'gauge',
    unit: 'count',
    help: 'Parts of the sync that are switched off.',
  },
  health: {
    name: 'bomba_sync_health',
    kind: 'gauge',
    unit: 'count',
    help: '0 healthy, 1 degraded, 2 unhealthy, by check.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
