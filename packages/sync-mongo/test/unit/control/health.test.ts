import { describe, expect, it } from '@jest/globals';
import { type HealthReport, type SyncStatus } from '@bomba/sync-core';
import { type HealthFacts, judgeHealth } from '../../../src/control/health.js';

const counts = {
  appliedCount: 0,
  failedCount: 0,
  conflictCount: 0,
  quarantinedCount: 0,
  lastAppliedAtMs: null,
};
const running: SyncStatus = {
  ...{ state: 'running', instanceId: 'instance-a', leader: true, local: 'connected', atlas: 'connected' },
  ...{
    pushOpen: true,
    queueSize: 0,
    pulledAtMs: 1,
    driftMs: 0,
    collections: [],
    paused: [],
    lastError: null,
  },
  ...{ push: counts, pull: counts },
};
const lastError = { code: 'SYNC_CONN_UNREACHABLE', message: 'Atlas did not answer.', atMs: 1 };

function judge(status: Partial<SyncStatus>, facts: Partial<HealthFacts> = {}): HealthReport {
  return judgeHealth({
    ...{ status: { ...running, ...status }, localAnswers: true, quarantinedCount: 0, nowMs: 5 },
    ...facts,
  });
}

describe('health', () => {
  it('is well and ready where everything works', () => {
    const report = judge({});
    expect(report).toMatchObject({ status: 'healthy', ready: true, atMs: 5 });
    expect(report.checks.map(({ status }) => status)).toEqual(report.checks.map(() => 'healthy'));
  });

  interface Case {
    readonly status?: Partial<SyncStatus>;
    readonly facts?: Partial<HealthFacts>;
    readonly expected: { readonly status: HealthReport['status']; readonly ready: boolean };
  }
  const away = { atlas: 'disconnected', pushOpen: false } as const;

  it.each<[string, Case]>([
    [
      'Local does not answer',
      { facts: { localAnswers: false }, expected: { status: 'unhealthy', ready: false } },
    ],
    [
      'Atlas is away',
      { status: { ...away, state: 'degraded', lastError }, expected: { status: 'degraded', ready: false } },
    ],
    [
      'an index of a model is missing on Atlas',
      {
        status: { indexProblems: ['The unique index on code of products could not be built on Atlas.'] },
        expected: { status: 'degraded', ready: true },
      },
    ],
    [
      'pull has not caught up',
      { status: { pushOpen: false }, expected: { status: 'healthy', ready: false } },
    ],
    [
      'another process syncs',
      { status: { ...away, state: 'standby' }, expected: { status: 'healthy', ready: true } },
    ],
    [
      'sync is switched off',
      { status: { ...away, state: 'disabled' }, expected: { status: 'degraded', ready: false } },
    ],
    [
      'something is paused',
      { status: { paused: [{ collection: 'items' }] }, expected: { status: 'degraded', ready: true } },
    ],
    [
      'something is in quarantine',
      { facts: { quarantinedCount: 3 }, expected: { status: 'degraded', ready: true } },
    ],
    [
      'more waits than the queue holds',
      { status: { queueOverflowed: true }, expected: { status: 'degraded', ready: true } },
    ],
    ['the last request failed', { status: { lastError }, expected: { status: 'degraded', ready: true } }],
  ])('where %s', (_, { status = {}, facts = {}, expected }) => {
    expect(judge(status, facts)).toMatchObject(expected);
  });

  it('is the worst of its checks', () => {
    expect(judge({ paused: [{}] }, { localAnswers: false, quarantinedCount: 1 }).status).toBe('unhealthy');
  });

  it('says what is wrong, and what to do about it', () => {
    const report = judge(
      { atlas: 'disconnected', lastError, paused: [{ direction: 'local-to-atlas' }], queueOverflowed: true },
      { quarantinedCount: 3, localAnswers: false },
    );
    for (const { message, remedy } of report.checks) {
      expect(message).toMatch(/\.$|\)$/);
      expect(remedy).toMatch(/\.$/);
    }
    expect(report.checks.find(({ name }) => name === 'atlas')?.message).toContain('SYNC_CONN_UNREACHABLE');
    expect(report.checks.find(({ name }) => name === 'pauses')?.message).toContain('local-to-atlas of all');
    expect(report.checks.find(({ name }) => name === 'quarantine')?.message).toContain('3');
  });

  it('tells of writes past capture where they are audited, and only there', () => {
    expect(judge({}).checks.map(({ name }) => name)).not.toContain('audit');
    expect(judge({ unmatchedWriteCount: 0 }).status).toBe('healthy');
    const report = judge({ unmatchedWriteCount: 2 });
    expect(report).toMatchObject({ status: 'degraded', ready: true });
    expect(report.checks).toContainEqual(
      expect.objectContaining({ name: 'audit', message: '2 writes went past capture.' }),
    );
  });
});
