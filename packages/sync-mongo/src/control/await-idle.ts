import { type Clock, type LocalSide, SyncError } from '@bomba/sync-core';
import { type Requests } from './requests.js';

const FIRST_POLL_MS = 10;
const MAX_POLL_MS = 250;

/** What waiting works with. */
export interface IdleOptions {
  readonly local: LocalSide;
  readonly requests: Requests;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Something was asked of the engine, should it run in this process. */
  readonly onAsked: () => void;
}

/**
 * Waits until nothing is dirty, the stream has passed a marker written after that, and still nothing is dirty. Throws
 * SYNC_TIMEOUT.
 */
export async function awaitIdle(options: IdleOptions): Promise<void> {
  const { clock, timeoutMs, requests } = options;
  const deadline = clock.monotonic() + timeoutMs;
  const until = async (condition: () => Promise<boolean>, what: string): Promise<void> => {
    for (let pollMs = FIRST_POLL_MS; !(await condition()); pollMs = Math.min(pollMs * 2, MAX_POLL_MS)) {
      if (clock.monotonic() >= deadline)
        throw new SyncError('SYNC_TIMEOUT', `Not idle after ${timeoutMs} ms: ${what}.`);
      await clock.sleep(pollMs);
    }
  };
  const hasCaughtUp = async (): Promise<boolean> => {
    const id = await requests.ask({ kind: 'marker' });
    let state = 'waiting';
    try {
      options.onAsked();
      await until(
        async () => (state = await requests.stateOf(id)) !== 'waiting',
        'the change stream has not caught up',
      );
    } finally {
      await requests.withdraw(id);
    }
    return state === 'done';
  };
  let isIdle = false;
  while (!isIdle) {
    await until(() => isClean(options), 'writes still wait to be pushed');
    isIdle = (await hasCaughtUp()) && (await isClean(options));
  }
}

/** Marks first: the delete that one belongs to becomes a pending one, and must not slip through in between. */
async function isClean({ local }: IdleOptions): Promise<boolean> {
  const [marked] = await local.run({ side: 'local', op: 'scanMarked', limit: 1 });
  if (marked) return false;
  const [dirty] = await local.run({ side: 'local', op: 'scanDirty', after: null, limit: 1 });
  if (dirty) return false;
  const [pending] = await local.run({ side: 'local', op: 'scanPending', after: null, limit: 1 });
  return !pending;
}
