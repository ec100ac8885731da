import { describe, expect, it } from '@jest/globals';
import { SyncMonitor } from '../../src/index.js';
import { calmStatus, FakeSyncControl } from '../fakes/fake-sync-control.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { parsePrometheus } from '../fakes/parse-prometheus.js';
import { RecordingLogger } from '../fakes/recording-logger.js';

const setUp = () => {
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  return { clock, logger, monitor: new SyncMonitor({ clock, logger }), sync: new FakeSyncControl() };
};

describe('SyncMonitor', () => {
  it('counts successes, failures and the queue, and averages the time they took', () => {
    const { monitor } = setUp();
    monitor.recordLocalToAtlas('insert', true, 10);
    monitor.recordLocalToAtlas('update', false, 30);
    monitor.recordQueueSize(4);
    expect(monitor.localToAtlasMetrics).toEqual({
      totalProcessed: 2,
      successful: 1,
      failed: 1,
      avgProcessTime: 20,
      queueSize: 4,
    });
  });

  it('counts an operation whose duration is unknown without spoiling the average', () => {
    const { monitor } = setUp();
    monitor.recordLocalToAtlas('insert', true, 10);
    monitor.recordLocalToAtlas('insert', true, NaN);
    expect(monitor.localToAtlasMetrics).toMatchObject({ totalProcessed: 2, avgProcessTime: 10 });
  });

  it('warns when the queue passes its threshold, once', () => {
    const { monitor, logger } = setUp();
    monitor.recordQueueSize(1_000);
    expect(monitor.checkHealth().status).toBe('degraded');
    monitor.report();
    expect(logger.lines.filter(({ fields }) => fields.check === 'queue-size')).toHaveLength(1);
  });

  it('warns of lag while Atlas is away, without any event', () => {
    const { monitor, clock } = setUp();
    monitor.recordQueueSize(1);
    clock.advance(60_000);
    const lagging = monitor.checkHealth().checks.find(({ name }) => name === 'lag-local-to-atlas');
    expect(lagging).toMatchObject({ status: 'degraded', message: 'local-to-atlas is 60000 ms behind.' });
  });

  it('takes its own thresholds', () => {
    const monitor = new SyncMonitor({ thresholds: { queueSizeWarningCount: 3 } });
    monitor.recordQueueSize(3);
    expect(monitor.checkHealth().status).toBe('degraded');
  });

  it('reads the queue of the sync it observes', () => {
    const { monitor, sync } = setUp();
    monitor.recordQueueSize(99);
    sync.current = { ...calmStatus, queueSize: 7 };
    monitor.observe(sync);
    expect(monitor.report()).toMatchObject({ state: 'running', queueSize: 7 });
  });

  it('does not count what is pulled', () => {
    const { monitor, sync } = setUp();
    monitor.observe(sync);
    sync.emit('synced', {
      direction: 'atlas-to-local',
      collection: 'bills',
      count: 5,
      durationMs: 1,
      lagMs: null,
    });
    expect(monitor.localToAtlasMetrics.totalProcessed).toBe(0);
    expect(monitor.prometheus()).not.toContain('atlas-to-local');
  });

  it('leaves no listener behind when it stops', () => {
    const { monitor, sync } = setUp();
    const stop = monitor.observe(sync);
    expect(sync.listenerCount).toBe(7);
    stop();
    expect(sync.listenerCount).toBe(0);
    expect(monitor.report().state).toBeNull();
  });

  it('watches one sync at a time, and stopping the first does not stop the second', () => {
    const { monitor, sync } = setUp();
    const stopFirst = monitor.observe(sync);
    const second = new FakeSyncControl();
    monitor.observe(second);
    stopFirst();
    expect(sync.listenerCount).toBe(0);
    expect(second.listenerCount).toBe(7);
    expect(monitor.report().state).toBe('running');
  });

  it('counts a sync once that it is told to observe twice', () => {
    const { monitor, sync } = setUp();
    monitor.observe(sync);
    monitor.observe(sync);
    sync.emit('failed', { direction: 'local-to-atlas', code: 'SYNC_CONN_UNREACHABLE', attempt: 1 });
    expect(monitor.localToAtlasMetrics.failed).toBe(1);
  });

  it('takes what the engine measures by the port Metrics, and reports it', () => {
    const { monitor } = setUp();
    monitor.count('looks', 2, { side: 'atlas' });
    monitor.gauge('batch_size', 50);
    monitor.observe('look', 8);
    monitor.observe('look', NaN);
    expect(monitor.report().engine).toEqual([
      { name: 'bomba_sync_engine_looks', labels: { side: 'atlas' }, value: 2 },
      { name: 'bomba_sync_engine_batch_size', labels: {}, value: 50 },
      {
        name: 'bomba_sync_engine_look',
        labels: {},
        value: { count: 1, meanMs: 8, p50Ms: 8, p95Ms: 8, maxMs: 8 },
      },
    ]);
    expect(monitor.prometheus()).toContain('\nbomba_sync_dropped_measurements_total 1\n');
  });

  it('exposes every present value of the status in a form that Prometheus reads', () => {
    const { monitor, sync, clock } = setUp();
    sync.current = { ...calmStatus, driftMs: -250, paused: [{}], atlas: 'disconnected', queueSize: 2 };
    monitor.observe(sync);
    monitor.report();
    clock.advance(1_500);
    const metrics = parsePrometheus(monitor.prometheus());
    const valueOf = (name: string, labels = {}) =>
      metrics
        .flatMap(({ samples }) => samples)
        .find((sample) => sample.name === name && JSON.stringify(sample.labels) === JSON.stringify(labels))
        ?.value;
    expect(valueOf('bomba_sync_queue_size')).toBe(2);
    expect(valueOf('bomba_sync_lag_seconds', { direction: 'local-to-atlas' })).toBe(1.5);
    expect(valueOf('bomba_sync_clock_drift_seconds')).toBe(-0.25);
    expect(valueOf('bomba_sync_state', { state: 'running' })).toBe(1);
    expect(valueOf('bomba_sync_state', { state: 'stopped' })).toBe(0);
    expect(valueOf('bomba_sync_connected', { side: 'local' })).toBe(1);
    expect(valueOf('bomba_sync_connected', { side: 'atlas' })).toBe(0);
    expect(valueOf('bomba_sync_leader')).toBe(1);
    expect(valueOf('bomba_sync_push_open')).toBe(1);
    expect(valueOf('bomba_sync_paused_scopes')).toBe(1);
    expect(valueOf('bomba_sync_health', { check: 'atlas' })).toBe(1);
  });
});
