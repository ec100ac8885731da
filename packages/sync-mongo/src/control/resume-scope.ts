import { type PauseScope, SyncError } from '@bomba/sync-core';
import { type EngineParts } from '../engine/engine-parts.js';

/**
 * Lets sync go on. Throws SYNC_STATE_PAUSED_WIDER, and changes nothing, where one collection is to and all are paused; a
 * collection that was paused as it is gone from Local is one that was never here from then on.
 */
export async function resumeScope(
  { pauses, capture, gone }: Pick<EngineParts, 'pauses' | 'capture' | 'gone'>,
  scope: PauseScope,
): Promise<void> {
  const wider = await pauses.wider(scope);
  if (wider)
    throw new SyncError(
      'SYNC_STATE_PAUSED_WIDER',
      `"${scope.collection ?? ''}" is paused together with all collections${wider.direction ? ` (${wider.direction})` : ''}.`,
    );
  const isResumed = (name: string): boolean =>
    (scope.collection ?? name) === name && pauses.isWhollyPaused(name);
  await gone.accept(capture.collections().filter(isResumed));
  await pauses.resume(scope);
}
