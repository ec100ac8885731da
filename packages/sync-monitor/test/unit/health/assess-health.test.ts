import { describe, expect, it } from '@jest/globals';
import { type HealthStatus, type SyncStatus } from '@bomba/sync-core';
import { assessHealth } from '../../../src/health/assess-health.js';
import { type DirectionFacts, type HealthFacts } from '../../../src/health/health-facts.js';
import { defaultThresholds } from '../../../src/health/health-thresholds.js';
import { calmStatus } from '../../fakes/fake-sync-control.js';

const calmDirection: DirectionFacts = {
  direction: 'local-to-atlas',
  lagMs: 0,
  recentlyAppliedCount: 0,
  recentlyFailedCount: 0,
  recentConflictCount: 0,
  recentlyQuarantinedCount: 0,
};
const calm: HealthFacts = { queueSize: 0, directions: [calmDirection], status: calmStatus, atMs: 7 };

const assess = (facts: Partial<HealthFacts>) => assessHealth({ ...calm, ...facts }, defaultThresholds);
const ofDirection = (facts: Partial<DirectionFacts>) =>
  assess({ directions: [{ ...calmDirection, ...facts }] });
const ofStatus = (status: Partial<SyncStatus>) => assess({ status: { ...calmStatus, ...status } });
const statusOf = (report: ReturnType<typeof assess>, name: string) =>
  report.checks.find((check) => check.name === name)?.status;

describe('assessHealth', () => {
  it('finds an engine healthy and ready that runs with nothing to do', () => {
    const report = assess({});
    expect(report).toMatchObject({ status: 'healthy', ready: true, atMs: 7 });
    expect(report.checks.every(({ status, remedy }) => status === 'healthy' && remedy === undefined)).toBe(
      true,
    );
  });

  it.each<[number, HealthStatus]>([
    [999, 'healthy'],
    [1_000, 'degraded'],
    [9_999, 'degraded'],
    [10_000, 'unhealthy'],
  ])('judges a queue of %p keys as %s', (queueSize, expected) => {
    expect(statusOf(assess({ queueSize }), 'queue-size')).toBe(expected);
  });

  it.each<[number | null, HealthStatus]>([
    [null, 'healthy'],
    [59_999, 'healthy'],
    [60_000, 'degraded'],
    [3_600_000, 'unhealthy'],
  ])('judges a lag of %p ms as %s', (lagMs, expected) => {
    expect(statusOf(ofDirection({ lagMs }), 'lag-local-to-atlas')).toBe(expected);
  });

  it.each<[number, number, HealthStatus]>([
    [4, 0, 'healthy'],
    [5, 0, 'unhealthy'],
    [5, 5, 'unhealthy'],
    [5, 45, 'degraded'],
    [5, 46, 'healthy'],
  ])('judges %p failures beside %p stored versions as %s', (failed, applied, expected) => {
    const report = ofDirection({ recentlyFailedCount: failed, recentlyAppliedCount: applied });
    expect(statusOf(report, 'failures-local-to-atlas')).toBe(expected);
  });

  it('degrades for one quarantined state, since somebody has to act', () => {
    const report = ofDirection({ recentlyQuarantinedCount: 1 });
    expect(statusOf(report, 'quarantine-local-to-atlas')).toBe('degraded');
  });

  it('adds the conflicts of both directions and never calls them unhealthy', () => {
    const directions = [
      { ...calmDirection, recentConflictCount: 60 },
      { ...calmDirection, direction: 'atlas-to-local' as const, recentConflictCount: 40 },
    ];
    expect(statusOf(assess({ directions }), 'conflicts')).toBe('degraded');
  });

  it.each<[Partial<SyncStatus>, HealthStatus, boolean]>([
    [{ atlas: 'disconnected' }, 'degraded', false],
    [{ local: 'disconnected' }, 'unhealthy', false],
    [{ state: 'starting' }, 'degraded', false],
    [{ state: 'degraded' }, 'degraded', true],
    [{ state: 'stopped' }, 'unhealthy', false],
    [{ state: 'standby', atlas: 'disconnected', leader: false }, 'healthy', true],
    [{ state: 'disabled', local: 'disconnected', atlas: 'disconnected' }, 'healthy', false],
    [{ paused: [{}] }, 'degraded', true],
    [{ driftMs: -30_000 }, 'degraded', true],
    [{ driftMs: 29_999 }, 'healthy', true],
  ])('judges the status %j as %s, ready: %p', (status, expected, ready) => {
    expect(ofStatus(status)).toMatchObject({ status: expected, ready });
  });

  it('gives a remedy with everything that is wrong', () => {
    const report = assessHealth(
      { ...calm, queueSize: 1e6, status: { ...calmStatus, state: 'stopped', atlas: 'disconnected' } },
      defaultThresholds,
    );
    const wrong = report.checks.filter(({ status }) => status !== 'healthy');
    expect(wrong.map(({ name }) => name)).toEqual(['state', 'atlas', 'queue-size']);
    expect(wrong.every(({ remedy }) => typeof remedy === 'string')).toBe(true);
  });

  it('names the code of the last error where the engine does not run', () => {
    const report = ofStatus({
      state: 'degraded',
      lastError: { code: 'SYNC_CONN_AUTH', message: 'Refused.', atMs: 1 },
    });
    expect(report.checks[0]?.remedy).toContain('SYNC_CONN_AUTH');
  });

  it('looks only at what was recorded where no sync is observed', () => {
    const report = assess({ status: null });
    expect(report.ready).toBe(true);
    expect(report.checks.map(({ name }) => name)).not.toContain('state');
  });
});
