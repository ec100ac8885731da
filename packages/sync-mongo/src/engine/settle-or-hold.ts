import { type DocumentKey, reconcile } from '@bomba/sync-core';
import { type Lane } from './lane.js';

/** What keys are looked at with. */
export interface SettlingOptions {
  readonly lane: Lane;
  /** Has keys looked at until they are settled. */
  readonly hold: (keys: readonly DocumentKey[]) => void;
}

/** Looks at keys now; what is not settled by that is looked at until it is. */
export async function settleOrHold(
  { lane, hold }: SettlingOptions,
  keys: readonly DocumentKey[],
): Promise<void> {
  if (keys.length === 0) return;
  const { waiting, unsettled } = await lane.run(reconcile(lane.context, keys));
  hold([...waiting, ...unsettled]);
}
