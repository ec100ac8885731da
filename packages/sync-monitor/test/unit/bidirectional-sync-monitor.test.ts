import { describe, expect, it } from '@jest/globals';
import { type Stamp } from '@bomba/sync-core';
import { BidirectionalSyncMonitor, SyncMonitor } from '../../src/index.js';
import { calmStatus, FakeSyncControl } from '../fakes/fake-sync-control.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { RecordingLogger } from '../fakes/recording-logger.js';

const setUp = () => {
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  const sync = new FakeSyncControl();
  const monitor = new BidirectionalSyncMonitor({ clock, logger });
  return { clock, logger, sync, monitor };
};

const stamp = '0190a0a0-0000-7000-8000-000000000000' as Stamp;

describe('BidirectionalSyncMonitor', () => {
  it('is a SyncMonitor', () => {
    expect(setUp().monitor).toBeInstanceOf(SyncMonitor);
  });

  it('starts at zero', () => {
    expect(setUp().monitor.atlasToLocalMetrics).toEqual({
      totalProcessed: 0,
      successful: 0,
      failed: 0,
      conflicts: 0,
      avgProcessTime: 0,
    });
  });

  it('counts what is pulled, apart from what is pushed', () => {
    const { monitor } = setUp();
    monitor.recordAtlasToLocal('insert', true, 10);
    monitor.recordAtlasToLocal({ operation: 'update', collection: 'bills' }, false, 20);
    monitor.recordConflict({ collection: 'bills' });
    monitor.recordLocalToAtlas('delete', true, 4);
    expect(monitor.getDirectionalMetrics()).toEqual({
      localToAtlas: { totalProcessed: 1, successful: 1, failed: 0, avgProcessTime: 4, queueSize: 0 },
      atlasToLocal: { totalProcessed: 2, successful: 1, failed: 1, conflicts: 1, avgProcessTime: 15 },
    });
  });

  it('reports a conflict in the direction in which the winner travels, as the status of the engine does', () => {
    const { monitor, sync } = setUp();
    monitor.observe(sync);
    for (const loser of ['local', 'local', 'atlas'] as const) {
      sync.emit('conflict', {
        collection: 'bills',
        key: 'bills/1' as never,
        loser,
        losingStamp: stamp,
        winningStamp: null,
        reason: 'concurrent-update',
        strategy: 'last-write-wins',
        caution: false,
        failure: null,
      });
    }
    const { localToAtlas, atlasToLocal } = monitor.report();
    expect([localToAtlas.conflictCount, atlasToLocal.conflictCount]).toEqual([1, 2]);
    expect(monitor.atlasToLocalMetrics.conflicts).toBe(3);
  });

  it('reports counts, times, lag and rate of what it observes, as plain data', () => {
    const { monitor, sync, clock } = setUp();
    const direction = 'atlas-to-local';
    monitor.observe(sync);
    sync.emit('synced', { direction, collection: 'bills', count: 30, durationMs: 16, lagMs: 400 });
    sync.emit('failed', { direction, code: 'SYNC_CONN_UNREACHABLE', attempt: 2 });
    sync.emit('quarantined', {
      direction,
      collection: 'bills',
      key: 'k',
      code: 'SYNC_WRITE_VALIDATION',
      reason: 'no price',
    });
    sync.current = { ...calmStatus, pulledAtMs: clock.now() - 2_500 };
    const report = monitor.report();
    expect(report.atlasToLocal).toEqual({
      appliedCount: 30,
      failedCount: 1,
      conflictCount: 0,
      quarantinedCount: 1,
      lastAppliedAtMs: clock.now(),
      appliedPerSecond: 0.5,
      lagMs: 2_500,
      duration: {
        count: 30,
        meanMs: 16,
        p50Ms: expect.closeTo(16, -1),
        p95Ms: expect.closeTo(16, -1),
        maxMs: 16,
      },
      arrivalLag: { count: 1, meanMs: 400, p50Ms: 400, p95Ms: 400, maxMs: 400 },
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('logs state changes and clock differences, and counts corrections', () => {
    const { monitor, sync, logger } = setUp();
    monitor.observe(sync);
    sync.emit('stateChanged', { from: 'starting', to: 'running' });
    sync.emit('drift', { offsetMs: 90_000, corrected: true });
    sync.emit('drift', { offsetMs: 10, corrected: false });
    expect(logger.lines.map(({ level }) => level)).toEqual(['info', 'warn', 'warn']);
    expect(monitor.prometheus()).toContain('bomba_sync_state_changes_total{state="running"} 1\n');
    expect(monitor.prometheus()).toContain('bomba_sync_clock_corrections_total 1\n');
  });

  it('counts how often more was written than the queue holds, and says so', () => {
    const { monitor, sync, logger } = setUp();
    monitor.observe(sync);
    sync.emit('queueOverflowed', { maxSize: 5 });
    expect(logger.lines.map(({ level }) => level)).toEqual(['info']);
    expect(monitor.prometheus()).toContain('bomba_sync_queue_overflows_total 1\n');
  });

  it('checks the health of both directions', () => {
    const { monitor, sync, clock } = setUp();
    monitor.observe(sync);
    sync.current = { ...calmStatus, pulledAtMs: clock.now() - 3_600_000 };
    const health = monitor.checkBidirectionalHealth();
    expect(health.status).toBe('unhealthy');
    expect(health.checks.find(({ name }) => name === 'lag-atlas-to-local')?.status).toBe('unhealthy');
    expect(health.checks.find(({ name }) => name === 'lag-local-to-atlas')?.status).toBe('healthy');
  });

  it('forgets failures after five minutes, for health but not for the counts', () => {
    const { monitor, clock } = setUp();
    for (let index = 0; index < 20; index++) monitor.recordAtlasToLocal('update', false, 1);
    expect(monitor.checkBidirectionalHealth().status).toBe('unhealthy');
    clock.advance(5 * 60_000);
    expect(monitor.checkBidirectionalHealth().status).toBe('healthy');
    expect(monitor.atlasToLocalMetrics.failed).toBe(20);
  });

  it('holds a bounded number of series however many collections there are, and counts them all', () => {
    const { monitor, sync } = setUp();
    monitor.observe(sync);
    for (let index = 0; index < 2_000; index++) {
      sync.emit('synced', {
        direction: 'local-to-atlas',
        collection: `c${index}`,
        count: 1,
        durationMs: 1,
        lagMs: 1,
      });
    }
    const lines = monitor.prometheus().match(/^bomba_sync_applied_total.*$/gm) ?? [];
    expect(lines).toHaveLength(501);
    expect(lines.at(-1)).toBe('bomba_sync_applied_total{overflow="true"} 1500');
    expect(monitor.localToAtlasMetrics.successful).toBe(2_000);
  });
});
