import { describe, expect, it } from '@jest/globals';
import { type Direction, type SyncErrorCode } from '@bomba/sync-core';
import fc from 'fast-check';
import { BidirectionalSyncMonitor } from '../../src/index.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { parsePrometheus } from '../fakes/parse-prometheus.js';
import { RecordingLogger } from '../fakes/recording-logger.js';

interface Recorded {
  readonly direction: Direction;
  readonly operation: string;
  readonly collection: string;
  readonly success: boolean;
  readonly durationMs: number;
}

const code: SyncErrorCode = 'SYNC_CONN_UNREACHABLE';
const operation: fc.Arbitrary<Recorded> = fc.record({
  direction: fc.constantFrom<Direction>('local-to-atlas', 'atlas-to-local'),
  operation: fc.constantFrom('insert', 'update', 'replace', 'delete'),
  collection: fc.constantFrom('bills', 'tables', 'staff'),
  success: fc.boolean(),
  durationMs: fc.nat(60_000),
});
const operations = fc.array(operation, { maxLength: 40 });

function replay(done: readonly Recorded[], conflictCount = 0) {
  const logger = new RecordingLogger();
  const monitor = new BidirectionalSyncMonitor({ clock: new FakeClock(), logger });
  for (const { direction, operation, collection, success, durationMs } of done) {
    const info = success ? { operation, collection } : { operation, collection, code };
    if (direction === 'local-to-atlas') monitor.recordLocalToAtlas(info, success, durationMs);
    else monitor.recordAtlasToLocal(info, success, durationMs);
  }
  for (let index = 0; index < conflictCount; index++) monitor.recordConflict({ collection: 'bills' });
  return { logger, monitor };
}

function expectedOf(done: readonly Recorded[], direction: Direction) {
  const own = done.filter((one) => one.direction === direction);
  const successful = own.filter(({ success }) => success).length;
  const totalMs = own.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return {
    totalProcessed: own.length,
    successful,
    failed: own.length - successful,
    avgProcessTime: own.length === 0 ? 0 : totalMs / own.length,
  };
}

describe('BidirectionalSyncMonitor', () => {
  it('**Feature: bidirectional-sync, Property 4: Bidirectional metrics tracking**', () => {
    fc.assert(
      fc.property(operations, fc.nat(5), (done, conflicts) => {
        const { localToAtlas, atlasToLocal } = replay(done, conflicts).monitor.getDirectionalMetrics();
        expect(localToAtlas).toEqual({ ...expectedOf(done, 'local-to-atlas'), queueSize: 0 });
        expect(atlasToLocal).toEqual({ ...expectedOf(done, 'atlas-to-local'), conflicts });
      }),
    );
  });

  it('**Feature: dual-mongodb-sync, Property 6: Sync operation logging**', () => {
    fc.assert(
      fc.property(operations, (done) => {
        const { lines } = replay(done).logger;
        expect(lines.map(({ level, fields }) => ({ level, ...fields }))).toEqual(
          done.map(({ success, ...fields }) => ({
            level: success ? 'debug' : 'warn',
            ...fields,
            documentId: undefined,
            ...(success ? {} : { code }),
          })),
        );
      }),
    );
  });

  it('**Feature: dual-mongodb-sync, Property 7: Metrics tracking accuracy**', () => {
    fc.assert(
      fc.property(operations, fc.nat(20_000), (done, queueSize) => {
        const { monitor } = replay(done);
        monitor.recordQueueSize(queueSize);
        const report = monitor.report();
        expect(report.queueSize).toBe(queueSize);
        const exposed = parsePrometheus(monitor.prometheus()).flatMap(({ samples }) => samples);
        for (const [direction, told] of [
          ['local-to-atlas', report.localToAtlas],
          ['atlas-to-local', report.atlasToLocal],
        ] as const) {
          const truth = expectedOf(done, direction);
          const sumOf = (name: string) =>
            exposed
              .filter((sample) => sample.name === name && sample.labels.direction === direction)
              .reduce((sum, { value }) => sum + value, 0);
          expect([told.appliedCount, told.failedCount]).toEqual([truth.successful, truth.failed]);
          expect(sumOf('bomba_sync_applied_total')).toBe(truth.successful);
          expect(sumOf('bomba_sync_failed_total')).toBe(truth.failed);
          expect(sumOf('bomba_sync_apply_duration_seconds_count')).toBe(truth.totalProcessed);
          expect(told.duration.meanMs ?? 0).toBeCloseTo(truth.avgProcessTime);
        }
      }),
    );
  });
});
