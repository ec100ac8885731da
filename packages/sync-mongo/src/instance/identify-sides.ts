import { SyncError } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { type PositionStore } from '../position/position-store.js';
import { checkInstance } from './check-instance.js';
import { type InstanceStore } from './instance-store.js';
import { type RestoreChoice, type RestoredAtlas } from './restored-atlas.js';

/** What tells who both sides are. */
export interface IdentityNotes {
  readonly instances: InstanceStore;
  readonly restored: RestoredAtlas;
  readonly positions: PositionStore;
  readonly nowMs: number;
}

/**
 * Makes sure of who both sides are, before anything else is done on a connection. An Atlas that is behind what this branch has
 * seen of it is worked with only once the operator has chosen: then the position in the stream goes, also that of a choice that
 * was being carried out when Atlas was restored once more, and both sides are to be compared by the choice. Throws
 * SYNC_ATLAS_RESTORED while there is no choice, also where one was cancelled half-way, by which time Atlas counts as known.
 */
export async function identifySides(
  { instances, restored, positions, nowMs }: IdentityNotes,
  atlas: Db,
): Promise<{ readonly instanceId: string; readonly choice: RestoreChoice | null }> {
  const known = await restored.load();
  const choice = known?.choice && (await restored.begin(known.choice)) ? known.choice : null;
  if (!choice && known?.isBegun) throw atlasIsRestored();
  const { verdict, instanceId } = await checkInstance(instances, atlas);
  if (verdict !== 'atlas-restored') {
    if (known && !choice) await restored.passed();
    return { instanceId, choice };
  }
  if (!choice) {
    await restored.noticed(nowMs);
    throw atlasIsRestored();
  }
  // Before it counts as known: nothing tells afterwards that the position is of the Atlas of before.
  await positions.forget();
  const accepted = await checkInstance(instances, atlas, { isAccepted: true });
  return { instanceId: accepted.instanceId, choice };
}

/** Why nothing is done with Atlas now. */
export function atlasIsRestored(): SyncError {
  return new SyncError(
    'SYNC_ATLAS_RESTORED',
    'Atlas is behind what this branch has seen of it; sync waits until a side is chosen by resync.',
  );
}
