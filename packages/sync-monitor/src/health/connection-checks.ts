import { type HealthCheck, type SyncStatus } from '@bomba/sync-core';
import { toCheck } from './judge.js';

/** Does Local answer? */
export function checkLocal({ local }: SyncStatus): HealthCheck {
  return toCheck('local', local === 'connected' ? 'healthy' : 'unhealthy', {
    message: `Local is ${local}.`,
    remedy: 'Start the local database.',
  });
}

/** Does Atlas answer? Being offline degrades only: Local works on. A standby process needs no Atlas. */
export function checkAtlas({ atlas, state }: SyncStatus): HealthCheck {
  const fine = atlas === 'connected' || state === 'standby' || state === 'disabled';
  return toCheck('atlas', fine ? 'healthy' : 'degraded', {
    message: `Atlas is ${atlas}.`,
    remedy: 'Nothing, if the network is down: sync goes on by itself. Else check URI and credentials.',
  });
}
