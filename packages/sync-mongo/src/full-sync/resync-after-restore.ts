import { type Clock, type FullSyncReport, type ResyncOptions, SyncError } from '@bomba/sync-core';
import { type RestoreChoice, type RestoredAtlas } from '../instance/restored-atlas.js';
import { newRunId } from './full-sync-service.js';
import { everything, newRun, toReport } from './run-record.js';
import { type RunStore } from './run-store.js';

const POLL_MS = 100;

/** What a choice after a restore is made with. */
export interface RestoreDesk {
  readonly restored: RestoredAtlas;
  readonly runs: RunStore;
  readonly clock: Pick<Clock, 'sleep' | 'now'>;
  /** Told once the choice is durable: the engine of this process, if it leads, need not wait any longer. */
  readonly onChosen: () => void;
  /** Whether this process still works for the branch. */
  readonly isStarted: () => boolean;
}

/**
 * Notes which side counts after Atlas was restored, and waits until the branch's engine, in whichever process, has
 * carried it out. A choice that is under way is joined. A signal takes it back, or has it end with its next page: another
 * choice is due then. Throws SYNC_ATLAS_RESTORED where none is given,
 * SYNC_CONFIG_INVALID for some collections only: Atlas was restored as a whole.
 */
export async function resyncAfterRestore(
  { restored, runs, clock, onChosen, isStarted }: RestoreDesk,
  { collections, prefer, onProgress, signal }: ResyncOptions,
): Promise<FullSyncReport | null> {
  if (prefer === undefined)
    throw new SyncError(
      'SYNC_ATLAS_RESTORED',
      "Atlas was restored: say which side counts, prefer: 'local' or 'atlas'.",
    );
  if (collections)
    throw new SyncError('SYNC_CONFIG_INVALID', 'Atlas was restored as a whole: choose for all collections.');
  const wanted: RestoreChoice = { prefer, runId: newRunId() };
  if (signal?.aborted) return cancelledBefore(wanted, clock.now());
  const choice = await restored.choose(wanted);
  if (!choice) return null;
  if (choice.prefer !== prefer)
    throw new SyncError(
      'SYNC_FULL_RUNNING',
      `The other side, ${choice.prefer}, was chosen before and is under way.`,
    );
  onChosen();
  let told: FullSyncReport | null = null;
  while ((await restored.load())?.choice?.runId === choice.runId) {
    if (!isStarted())
      throw new SyncError('SYNC_STATE_NOT_STARTED', 'Stopped; the choice is carried out after a start.');
    told ??= await tellBegun(runs, choice.runId, onProgress);
    // Whoever goes on with it after a death has to be told again.
    if (signal?.aborted && !(await restored.withdraw(choice))) await runs.cancel(choice.runId);
    await clock.sleep(POLL_MS, signal?.aborted ? undefined : signal);
  }
  return (await runs.get(choice.runId)) ?? cancelledBefore(choice, clock.now());
}

/** A choice that nobody began to carry out. */
function cancelledBefore({ prefer, runId: id }: RestoreChoice, nowMs: number): FullSyncReport {
  const run = newRun({ id, nowMs }, { ...everything, byEngine: true, prefer });
  return { ...toReport(run), state: 'cancelled', finishedAtMs: nowMs };
}

/** Its id is known once it has begun. */
async function tellBegun(
  runs: RunStore,
  runId: string,
  onProgress: ResyncOptions['onProgress'],
): Promise<FullSyncReport | null> {
  const report = await runs.get(runId);
  if (report) onProgress?.(report);
  return report;
}
