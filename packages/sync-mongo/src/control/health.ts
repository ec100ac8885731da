import { type HealthCheck, type HealthReport, type HealthStatus, type SyncStatus } from '@bomba/sync-core';

const worst: Readonly<Record<HealthStatus, number>> = { healthy: 0, degraded: 1, unhealthy: 2 };

/** What health is judged by. */
export interface HealthFacts {
  readonly status: SyncStatus;
  /** Whether Local answered just now. */
  readonly localAnswers: boolean;
  readonly quarantinedCount: number;
  readonly nowMs: number;
}

/** Judges how well the sync of this process is. */
export function judgeHealth(facts: HealthFacts): HealthReport {
  const checks = [
    checkLocal(facts),
    checkAtlas(facts),
    checkPauses(facts),
    checkQuarantine(facts),
    ...checkIndexes(facts),
    checkQueue(facts),
    ...checkAudit(facts),
  ];
  const status = checks.reduce<HealthStatus>(
    (found, check) => (worst[check.status] > worst[found] ? check.status : found),
    'healthy',
  );
  const { state, pushOpen } = facts.status;
  const ready = facts.localAnswers && (state === 'standby' || (state === 'running' && pushOpen));
  return { status, ready, checks, atMs: facts.nowMs };
}

function checkLocal({ localAnswers }: HealthFacts): HealthCheck {
  return localAnswers
    ? { name: 'local', status: 'healthy', message: 'Local answers.' }
    : {
        name: 'local',
        status: 'unhealthy',
        message: 'Local does not answer.',
        remedy: 'Start the local database; the application cannot work without it.',
      };
}

function checkAtlas({ status: { state, atlas, lastError } }: HealthFacts): HealthCheck {
  const name = 'atlas';
  if (state === 'disabled') return { name, status: 'degraded', message: 'Sync is switched off.' };
  if (state === 'standby')
    return { name, status: 'healthy', message: 'Another process of this branch syncs.' };
  if (atlas === 'connected' && lastError === null)
    return { name, status: 'healthy', message: 'Atlas is connected.' };
  const message = lastError ? `${lastError.message} (${lastError.code})` : 'Atlas is not connected.';
  return {
    name,
    status: 'degraded',
    message,
    remedy:
      state === 'running'
        ? 'Everything else is synced, and this is tried again by itself; see what its code asks for.'
        : 'Local works on; sync goes on by itself when Atlas is back.',
  };
}

function checkPauses({ status: { paused } }: HealthFacts): HealthCheck {
  if (paused.length === 0) return { name: 'pauses', status: 'healthy', message: 'Nothing is paused.' };
  const scopes = paused.map(({ direction, collection }) =>
    [direction ?? 'both directions', collection ?? 'all'].join(' of '),
  );
  return {
    name: 'pauses',
    status: 'degraded',
    message: `Paused: ${scopes.join('; ')}.`,
    remedy: 'Resume what was paused by hand; where sync paused a collection itself, choose by resync.',
  };
}

function checkQuarantine({ quarantinedCount }: HealthFacts): HealthCheck {
  if (quarantinedCount === 0)
    return { name: 'quarantine', status: 'healthy', message: 'Nothing is in quarantine.' };
  return {
    name: 'quarantine',
    status: 'degraded',
    message: `${quarantinedCount} documents are in quarantine.`,
    remedy: 'List them, correct what their reasons say, and retry.',
  };
}

/** Nothing is said before a connection to Atlas has tried. */
function checkIndexes({ status: { indexProblems: problems } }: HealthFacts): readonly HealthCheck[] {
  if (problems === undefined) return [];
  const name = 'indexes';
  if (problems.length === 0)
    return [{ name, status: 'healthy', message: 'Atlas has the indexes of the models.' }];
  return [
    {
      name,
      status: 'degraded',
      message: problems.join(' '),
      remedy: 'Give one of the documents that share a value another one; the next connection tries again.',
    },
  ];
}

function checkQueue({ status: { queueOverflowed = false, queueSize } }: HealthFacts): HealthCheck {
  if (!queueOverflowed)
    return { name: 'queue', status: 'healthy', message: `${queueSize} keys wait for push in memory.` };
  return {
    name: 'queue',
    status: 'degraded',
    message: `More writes wait than the queue holds (${queueSize} keys): the rest is found by scanning.`,
    remedy:
      'See whether Atlas is reachable and push is not paused; the backlog is in Local, nothing is lost.',
  };
}

/** Nothing is said where nothing is audited. */
function checkAudit({ status: { unmatchedWriteCount: count } }: HealthFacts): readonly HealthCheck[] {
  if (count === undefined) return [];
  if (count === 0) return [{ name: 'audit', status: 'healthy', message: 'No write went past capture.' }];
  return [
    {
      name: 'audit',
      status: 'degraded',
      message: `${count} writes went past capture.`,
      remedy: 'See SYNC_CAPTURE_UNMATCHED in the log for which they were, and write through a model.',
    },
  ];
}
