import { type HealthCheck, type HealthReport, type HealthStatus } from '@bomba/sync-core';
import { checkConflicts } from './conflict-check.js';
import { checkAtlas, checkLocal } from './connection-checks.js';
import { checkDrift, checkPaused, checkState } from './engine-checks.js';
import { checkFailures } from './failure-check.js';
import { type HealthFacts } from './health-facts.js';
import { type HealthThresholds } from './health-thresholds.js';
import { checkLag } from './lag-check.js';
import { checkQuarantine } from './quarantine-check.js';
import { checkQueue } from './queue-check.js';

/** How bad a status is: 0 healthy, 1 degraded, 2 unhealthy. */
export const severityOf: Readonly<Record<HealthStatus, number>> = { healthy: 0, degraded: 1, unhealthy: 2 };

/** All checks, and what they come to: the worst of them. */
export function assessHealth(facts: HealthFacts, thresholds: HealthThresholds): HealthReport {
  const checks = [
    ...checksOfStatus(facts, thresholds),
    checkQueue(facts, thresholds),
    ...facts.directions.flatMap((direction) => [
      checkLag(direction, thresholds),
      checkFailures(direction, thresholds),
      checkQuarantine(direction),
    ]),
    checkConflicts(facts, thresholds),
  ];
  return { status: worstOf(checks), ready: isReady(facts), checks, atMs: facts.atMs };
}

function checksOfStatus({ status }: HealthFacts, thresholds: HealthThresholds): readonly HealthCheck[] {
  if (status === null) return [];
  const { state } = status;
  if (state === 'disabled') return [checkState(status)];
  return [
    checkState(status),
    checkLocal(status),
    checkAtlas(status),
    checkPaused(status),
    checkDrift(status, thresholds),
  ];
}

function worstOf(checks: readonly HealthCheck[]): HealthStatus {
  return checks.reduce<HealthStatus>(
    (worst, { status }) => (severityOf[status] > severityOf[worst] ? status : worst),
    'healthy',
  );
}

/** True where sync makes progress, or would if there were anything to do; without a status nothing says it does not. */
function isReady({ status }: HealthFacts): boolean {
  if (status === null) return true;
  if (status.local !== 'connected') return false;
  if (status.state === 'standby') return true;
  return (status.state === 'running' || status.state === 'degraded') && status.atlas === 'connected';
}
