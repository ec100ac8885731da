import { type DocumentKey, type ReconcileResult, type Step } from '@bomba/sync-core';
import { type WakeUp } from '../control/wake-up.js';
import { type Lane } from './lane.js';

/** What keys are settled over. */
export interface Settling {
  readonly lane: Pick<Lane, 'run'>;
  /** Called when something is left to push. */
  readonly pushDue: Pick<WakeUp, 'call'>;
}

/** Runs a step that settles keys; answers those that are not settled by it, and are to be looked at again. */
export async function openAfter(
  { lane, pushDue }: Settling,
  step: Step<ReconcileResult>,
): Promise<readonly DocumentKey[]> {
  const { waiting, unsettled, toPush } = await lane.run(step);
  if (toPush.length > 0) pushDue.call();
  return [...waiting, ...unsettled];
}
