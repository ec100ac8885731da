import { type DocumentKey, reconcile } from '@bomba/sync-core';
import { type Lane } from './lane.js';
import { openAfter, type Settling } from './open-after.js';

/** What keys are looked at with. */
export interface SettlingOptions extends Settling {
  readonly lane: Lane;
  /** Has keys looked at until they are settled. */
  readonly hold: (keys: readonly DocumentKey[]) => void;
}

/** Looks at keys now; what is not settled by that is looked at until it is. */
export async function settleOrHold(options: SettlingOptions, keys: readonly DocumentKey[]): Promise<void> {
  if (keys.length === 0) return;
  options.hold(await openAfter(options, reconcile(options.lane.context, keys)));
}
