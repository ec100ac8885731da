import { noConflicts, SyncError, type SyncStatus } from '@bomba/sync-core';
import { noteSwitchedOff } from './control/uncaptured-collections.js';
import { type ResolvedSyncOptions } from './options/resolve-sync-options.js';
import { type Sync } from './sync.js';

const NO_COUNTS = {
  appliedCount: 0,
  failedCount: 0,
  conflictCount: 0,
  quarantinedCount: 0,
  lastAppliedAtMs: null,
};

/** Mongoose's number for it. */
const CONNECTED = 1;

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

/** What is written from now on is compared once sync is switched on again, where it is noted that it was off. */
async function warningsOfNote({ connection }: ResolvedSyncOptions['mongoose']): Promise<readonly string[]> {
  const failed = 'Could not note that: after it is switched on again, run a full sync.';
  const state: number = connection.readyState;
  if (state !== CONNECTED || !connection.db) return [failed];
  return noteSwitchedOff(connection.db).then(
    () => [],
    () => [failed],
  );
}

/** A sync that is switched off: nothing is wrapped, and nothing runs. What needs the engine throws SYNC_STATE_DISABLED. */
export function createDisabledSync({
  clock,
  mongoose,
}: Pick<ResolvedSyncOptions, 'clock' | 'mongoose'>): Sync {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new SyncError('SYNC_STATE_DISABLED', 'Sync is switched off: set SYNC_ENABLED=true and restart.'),
    );
  const none = (): Promise<readonly never[]> => Promise.resolve([]);
  const nothing = (): Promise<null> => Promise.resolve(null);
  const sync: Sync = {
    attach: () => undefined,
    start: async () => ({
      instanceId: null,
      atlas: 'absent',
      collections: [],
      refused: [],
      warnings: ['Sync is switched off.', ...(await warningsOfNote(mongoose))],
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
    fullSyncs: { list: none, get: nothing, cancel: refuse },
    conflicts: { list: none, get: nothing, restore: refuse, stats: () => noConflicts },
    quarantine: { list: none, get: nothing, edit: refuse, retry: refuse, discard: refuse },
    isRemoteApply: () => false,
    on: () => sync,
    off: () => sync,
  };
  return sync;
}
