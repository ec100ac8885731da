import { type Direction, type Logger, type Side, type SyncControl, type SyncEvents } from '@bomba/sync-core';
import { type PushLag } from '../lag/push-lag.js';
import { type DirectionMeter } from '../metrics/direction-meter.js';
import { type MetricRegistry } from '../metrics/metric-registry.js';
import { metricTable } from '../metrics/metric-table.js';

/** Where events are recorded. */
export interface EventRecord {
  /** Null for a direction that is not metered. */
  meterOf(direction: Direction): DirectionMeter | null;
  now(): number;
  readonly registry: MetricRegistry;
  readonly pushLag: PushLag;
  readonly logger: Logger;
}

type Listeners = {
  readonly [Name in Exclude<keyof SyncEvents, 'fullSync'>]: (event: SyncEvents[Name]) => void;
};

/** The direction of a conflict: the one in which the state travels that won. */
export function directionOfConflict(loser: Side): Direction {
  return loser === 'local' ? 'atlas-to-local' : 'local-to-atlas';
}

/** Records and logs what happens in a sync, from now until the returned function is called. */
export function recordEvents(sync: SyncControl, record: EventRecord): () => void {
  const listeners = createListeners(record, () => {
    record.pushLag.queueSeen(sync.status().queueSize, record.now());
  });
  sync.on('synced', listeners.synced);
  sync.on('failed', listeners.failed);
  sync.on('conflict', listeners.conflict);
  sync.on('quarantined', listeners.quarantined);
  sync.on('queueOverflowed', listeners.queueOverflowed);
  sync.on('stateChanged', listeners.stateChanged);
  sync.on('drift', listeners.drift);
  return () => {
    sync.off('synced', listeners.synced);
    sync.off('failed', listeners.failed);
    sync.off('conflict', listeners.conflict);
    sync.off('quarantined', listeners.quarantined);
    sync.off('queueOverflowed', listeners.queueOverflowed);
    sync.off('stateChanged', listeners.stateChanged);
    sync.off('drift', listeners.drift);
  };
}

function createListeners(record: EventRecord, lookAtQueue: () => void): Listeners {
  const { registry, pushLag, logger } = record;
  return {
    synced: ({ direction, collection, count, durationMs, lagMs }) => {
      record.meterOf(direction)?.applied({ collection, count, durationMs, lagMs }, record.now());
      if (direction === 'local-to-atlas') pushLag.arrived(lagMs, record.now());
      lookAtQueue();
      logger.debug('Versions stored on the other side.', { direction, collection, count, durationMs });
    },
    failed: ({ direction, code, attempt }) => {
      record.meterOf(direction)?.failed({ code }, record.now());
      lookAtQueue();
      logger.warn('Request failed; it is tried again.', { direction, code, attempt });
    },
    conflict: ({ collection, loser, reason }) => {
      record.meterOf(directionOfConflict(loser))?.conflict({ collection, reason }, record.now());
      logger.info('A state lost a conflict and was kept.', { collection, loser, reason });
    },
    quarantined: ({ direction, collection, code, reason }) => {
      record.meterOf(direction)?.quarantined({ collection, reason: code }, record.now());
      logger.warn('A state was put into quarantine.', { direction, collection, code, reason });
    },
    queueOverflowed: ({ maxSize }) => {
      registry.add(metricTable.queueOverflows, 1);
      lookAtQueue();
      logger.info('More was written than the queue holds; the rest is found by a scan.', { maxSize });
    },
    stateChanged: ({ from, to }) => {
      registry.add(metricTable.stateChanges, 1, { state: to });
      lookAtQueue();
      logger.info('The engine changed its state.', { from, to });
    },
    drift: ({ offsetMs, corrected }) => {
      if (corrected) registry.add(metricTable.clockCorrections, 1);
      logger.warn('The clock differs from the clock of Atlas.', { offsetMs, corrected });
    },
  };
}
