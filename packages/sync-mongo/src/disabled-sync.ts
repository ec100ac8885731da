import { noConflicts, SyncError, type SyncStatus } from '@bomba/sync-core';
import { type Sync } from './sync.js';

const NO_COUNTS = {
  appliedCount: 0,
  failedCount: 0,
  conflictCount: 0,
  quarantinedCount: 0,
  lastAppliedAtMs: null,
};

const DISABLED: SyncStatus = {
  state: 'disabled',
  instanceId: null,
  leader: false,
  local: 'disconnected',
  atlas: 'disconnected',
  pushOpen: false,
  queueSize: 0,
  pulledAtMs: null,
  driftMs: null,
  collections: [],
  paused: [],
  push: NO_COUNTS,
  pull: NO_COUNTS,
  lastError: null,
};

/** A sync that is switched off: nothing is wrapped, and nothing runs. What needs the engine throws SYNC_STATE_DISABLED. */
export function createDisabledSync({ clock }: { readonly clock: { now(): number } }): Sync {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new SyncError('SYNC_STATE_DISABLED', 'Sync is switched off: set SYNC_ENABLED=true and restart.'),
    );
  const none = (): Promise<readonly never[]> => Promise.resolve([]);
  const nothing = (): Promise<null> => Promise.resolve(null);
  const sync: Sync = {
    attach: () => undefined,
    start: () =>
      Promise.resolve({
        instanceId: null,
        atlas: 'absent',
        collections: [],
        refused: [],
        warnings: ['Sync is switched off.'],
      }),
    stop: () => Promise.resolve(),
    status: () => DISABLED,
    health: () => {
      const check = { name: 'sync', status: 'degraded', message: 'Sync is switched off.' } as const;
      return Promise.resolve({ status: 'degraded', ready: false, checks: [check], atMs: clock.now() });
    },
    synced: refuse,
    idle: refuse,
    pause: refuse,
    resume: refuse,
    fullSync: refuse,
    resync: refuse,
    fullSyncs: { list: none, get: nothing },
    conflicts: { list: none, get: nothing, restore: refuse, stats: () => noConflicts },
    quarantine: { list: none, get: nothing, edit: refuse, retry: refuse, discard: refuse },
    isRemoteApply: () => false,
    on: () => sync,
    off: () => sync,
  };
  return sync;
}
