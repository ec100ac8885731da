import { type Clock, type FullSyncReport, SyncError } from '@bomba/sync-core';
import { type WakeUp } from '../control/wake-up.js';
import { type RunPlaces } from './full-sync-service.js';
import { hasEnded, type RunRecord, toReport } from './run-record.js';

const POLL_MS = 100;
/** How long a run may wait for a process that has a connection to Atlas. */
const TAKE_UP_TIMEOUT_MS = 30_000;
/** How long it may wait where the one process that works for the branch has lost its connection. */
const RECONNECT_TIMEOUT_MS = 5_000;

/** How a run is waited for. */
export interface FollowOptions extends RunPlaces {
  readonly clock: Pick<Clock, 'sleep' | 'monotonic' | 'now'>;
  /** Whether this process still works for the branch. */
  readonly isStarted: () => boolean;
  /** Whether there is nothing to wait for until Atlas is back. Default: whoever asked waits for that. */
  readonly isCutOff?: (() => boolean) | undefined;
  /** Whether it is this process that has the connection, and will come to the run. Default: nobody knows. */
  readonly isConnected?: (() => boolean) | undefined;
  /** Called when a run has ended in this process: nobody has to wait for the next look. */
  readonly ended?: Pick<WakeUp, 'wait'>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((report: FullSyncReport) => void) | undefined;
}

/**
 * Waits until a run that was asked for has ended, in whichever process it is worked on. A signal cancels it. Throws what
 * made it fail, SYNC_CONN_UNREACHABLE or SYNC_TIMEOUT where nobody takes it up, SYNC_STATE_NOT_STARTED where this process
 * is stopped meanwhile.
 */
export async function followRun(options: FollowOptions, asked: RunRecord): Promise<FullSyncReport> {
  const { runs, clock, isStarted, signal, onProgress } = options;
  const { id } = asked;
  const askedAtMs = clock.monotonic();
  let [connectedAtMs, servedAtMs] = [askedAtMs, askedAtMs];
  let isCancelled = false;
  let told = '';
  for (;;) {
    const run = await runs.load(id);
    if (!run) throw new SyncError('SYNC_NOT_FOUND', 'The full sync is not known any more.');
    const report = toReport(run);
    if (onProgress && told !== JSON.stringify(report)) onProgress(report);
    told = JSON.stringify(report);
    if (hasEnded(run)) return resultOf(report);
    if (signal?.aborted) {
      if (await withdraw(options, run, { begun: true })) continue;
      if (!isCancelled) await runs.cancel(id);
      isCancelled = true;
    }
    if (!options.isCutOff?.()) connectedAtMs = clock.monotonic();
    if (options.isConnected?.()) servedAtMs = clock.monotonic();
    const isCutOff = run.epoch === null && clock.monotonic() - connectedAtMs > RECONNECT_TIMEOUT_MS;
    if (isCutOff && (await withdraw(options, run))) throw atlasIsAway();
    const isLate = run.epoch === null && clock.monotonic() - servedAtMs > TAKE_UP_TIMEOUT_MS;
    if (isLate && (await withdraw(options, run))) throw nobodyTookItUp();
    if (!isStarted())
      throw new SyncError('SYNC_STATE_NOT_STARTED', 'Stopped; the full sync goes on after a start.');
    await pause(options, isCancelled ? undefined : signal);
  }
}

async function pause({ clock, ended }: FollowOptions, signal?: AbortSignal): Promise<void> {
  if (ended) await ended.wait(clock, POLL_MS, signal ?? new AbortController().signal);
  else await clock.sleep(POLL_MS, signal);
}

/** Why no full sync begins now. */
export function atlasIsAway(): SyncError {
  const message = 'Atlas does not answer: there is nothing to compare with.';
  return new SyncError('SYNC_CONN_UNREACHABLE', message, { context: { side: 'atlas' } });
}

function nobodyTookItUp(): SyncError {
  const seconds = TAKE_UP_TIMEOUT_MS / 1000;
  const message = `No process of this branch took the full sync up within ${seconds} s: none has a connection to Atlas, or the one that has is busy with what it needs itself.`;
  return new SyncError('SYNC_TIMEOUT', message);
}

/** Ends a run that nobody has taken up, or, where it is cancelled, works on; false where somebody does. */
async function withdraw(
  { runs, slot, clock }: FollowOptions,
  { id }: RunRecord,
  which?: { readonly begun: boolean },
): Promise<boolean> {
  if (!(await runs.withdraw(id, clock.now(), which))) return false;
  await slot.release(id);
  return true;
}

function resultOf(report: FullSyncReport): FullSyncReport {
  const { id, state, error } = report;
  if (state !== 'failed' || !error) return report;
  throw new SyncError(error.code, error.message, { context: { runId: id, side: error.side } });
}
