import { type HealthCheck, type HealthStatus, type SyncState, type SyncStatus } from '@bomba/sync-core';
import { type HealthThresholds } from './health-thresholds.js';
import { levelOf, toCheck } from './judge.js';

const healthOfState: Readonly<Record<SyncState, HealthStatus>> = {
  running: 'healthy',
  standby: 'healthy',
  disabled: 'healthy',
  starting: 'degraded',
  degraded: 'degraded',
  stopping: 'degraded',
  stopped: 'unhealthy',
};

/** Does the engine run? */
export function checkState({ state, lastError }: SyncStatus): HealthCheck {
  return toCheck('state', healthOfState[state], {
    message: `The engine is ${state}.`,
    remedy: lastError ? `Look up ${lastError.code}.` : 'Await sync.start(), or wait until it is done.',
  });
}

/** Is everything switched on? */
export function checkPaused({ paused }: SyncStatus): HealthCheck {
  return toCheck('paused', paused.length === 0 ? 'healthy' : 'degraded', {
    message: paused.length === 0 ? 'Nothing is paused.' : `${paused.length} parts of the sync are paused.`,
    remedy: 'Resume what is paused when it is to go on.',
  });
}

/** Is the clock right enough? */
export function checkDrift({ driftMs }: SyncStatus, thresholds: HealthThresholds): HealthCheck {
  if (driftMs === null)
    return { name: 'clock', status: 'healthy', message: 'The clock is not compared yet.' };
  return toCheck('clock', levelOf(Math.abs(driftMs), { warning: thresholds.driftWarningMs }), {
    message: `The clock of Atlas minus ours is ${Math.round(driftMs)} ms.`,
    remedy: 'Set the clock of this machine, for example by NTP.',
  });
}
