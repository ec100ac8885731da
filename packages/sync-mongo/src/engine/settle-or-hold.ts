import { type DocumentKey, reconcile } from '@bomba/sync-core';
import { type WakeUp } from '../control/wake-up.js';
import { type Lane } from './lane.js';

/** What keys are looked at with. */
export interface SettlingOptions {
  readonly lane: Lane;
  /** Has keys looked at until they are settled. */
  readonly hold: (keys: readonly DocumentKey[]) => void;
  /** Called when something is left to push. */
  readonly pushDue: Pick<WakeUp, 'call'>;
}

/** Looks at keys now; what is not settled by that is looked at until it is. */
export async function settleOrHold(
  { lane, hold, pushDue }: SettlingOptions,
  keys: readonly DocumentKey[],
): Promise<void> {
  if (keys.length === 0) return;
  const { waiting, unsettled, toPush } = await lane.run(reconcile(lane.context, keys));
  if (toPush.length > 0) pushDue.call();
  hold([...waiting, ...unsettled]);
}
