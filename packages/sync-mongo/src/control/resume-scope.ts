import { type PauseScope } from '@bomba/sync-core';
import { type EngineParts } from '../engine/engine-parts.js';

/** Lets sync go on; a collection that was paused as it is gone from Local is one that was never here from then on. */
export async function resumeScope(
  { pauses, capture, gone }: Pick<EngineParts, 'pauses' | 'capture' | 'gone'>,
  scope: PauseScope,
): Promise<void> {
  const isResumed = (name: string): boolean =>
    (scope.collection ?? name) === name && pauses.isWhollyPaused(name);
  await gone.accept(capture.collections().filter(isResumed));
  await pauses.resume(scope);
}
