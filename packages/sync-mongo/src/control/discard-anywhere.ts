import { type Clock, discard, type Discarded, type DiscardOutcome, SyncError } from '@bomba/sync-core';
import { type Lane } from '../engine/lane.js';
import { DISCARD_WAIT_MS, type Requests } from './requests.js';

const POLL_MS = 50;

/** What this process knows of the engine of its branch. */
export interface DiscardOptions {
  /** Of this process, while its connection to Atlas works; null: it has none. */
  readonly lane: Lane | null;
  /** Whether another process may run the engine. */
  readonly isStandby: () => boolean;
  readonly requests: () => Requests;
  readonly clock: Clock;
}

/**
 * Has the engine of the branch give a quarantined state up for Atlas' version, whichever process runs it. Throws
 * SYNC_CONN_UNREACHABLE where none is connected to Atlas.
 */
export async function discardAnywhere(
  discarded: Discarded,
  options: DiscardOptions,
): Promise<DiscardOutcome> {
  const { lane, isStandby, clock } = options;
  if (lane) return lane.run(discard(lane.context, discarded));
  if (!isStandby())
    throw new SyncError(
      'SYNC_CONN_UNREACHABLE',
      'This branch has no working connection to Atlas at this moment.',
    );
  const requests = options.requests();
  const id = await requests.ask({ kind: 'discard', ...discarded });
  const deadline = clock.monotonic() + DISCARD_WAIT_MS;
  try {
    for (;;) {
      const outcome = await requests.outcomeOf(id);
      if (outcome) return outcome;
      if (clock.monotonic() >= deadline) break;
      await clock.sleep(POLL_MS);
    }
  } finally {
    await requests.withdraw(id);
  }
  throw new SyncError(
    'SYNC_CONN_UNREACHABLE',
    'The process of this branch that syncs has not answered: it has no working connection to Atlas at this moment.',
  );
}
