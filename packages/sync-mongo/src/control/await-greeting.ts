import { type Clock, type SyncStatus } from '@bomba/sync-core';

/** How long the start waits to tell whether Atlas answers; sync goes on in either case. */
const GREETING_PATIENCE_MS = 3_000;
const POLL_MS = 50;

/** Waits until the engine works, stands by or has met a failure, at most a few seconds. */
export async function awaitGreeting(status: () => SyncStatus, clock: Clock): Promise<void> {
  const deadline = clock.monotonic() + GREETING_PATIENCE_MS;
  const isKnown = ({ state, lastError }: SyncStatus): boolean =>
    state === 'running' || state === 'standby' || lastError !== null;
  while (!isKnown(status()) && clock.monotonic() < deadline) await clock.sleep(POLL_MS);
}
