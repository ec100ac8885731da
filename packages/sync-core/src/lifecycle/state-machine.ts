import { type SyncState } from '../control/sync-status.js';
import { SyncError } from '../errors/sync-error.js';

/**
 * Where the engine can go from each state. `standby` waits for another process of the branch to give up the lease;
 * `degraded` goes on trying; sync that is switched off by configuration stays off.
 *
 * @public
 */
export const syncTransitions = {
  disabled: [],
  stopped: ['starting'],
  starting: ['standby', 'running', 'degraded', 'stopping', 'stopped'],
  standby: ['running', 'degraded', 'stopping'],
  running: ['standby', 'degraded', 'stopping'],
  degraded: ['standby', 'running', 'stopping'],
  stopping: ['stopped'],
} as const satisfies Readonly<Record<SyncState, readonly SyncState[]>>;

/** True where the engine may go from one state to the other. @public */
export function canTransition(from: SyncState, to: SyncState): boolean {
  const allowed: readonly SyncState[] = syncTransitions[from];
  return allowed.includes(to);
}

/**
 * The state after a step from `from` to `to`. Staying is no step: it is always possible and changes nothing. Throws
 * SYNC_BUG for a step that is not in {@link syncTransitions}.
 *
 * @public
 */
export function transition(from: SyncState, to: SyncState): SyncState {
  if (from === to || canTransition(from, to)) return to;
  throw new SyncError('SYNC_BUG', `The engine cannot go from ${from} to ${to}.`, { context: { from, to } });
}
