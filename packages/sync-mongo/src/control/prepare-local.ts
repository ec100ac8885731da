import { type Db } from 'mongodb';
import { type EngineParts } from '../engine/engine-parts.js';
import { InstanceStore } from '../instance/instance-store.js';
import { ensureLocalState } from '../state/ensure-state.js';
import { systemRandom } from '../system/system-random.js';
import { resumeClock } from './resume-clock.js';
import { noteUncaptured } from './uncaptured-collections.js';

/** What is made ready. */
export interface LocalToPrepare {
  readonly db: Db;
  readonly collections: () => readonly string[];
}

/**
 * Makes Local ready for sync to work on: what is gone is paused, sync's own collections and indexes are there, and the
 * clock goes on from the last id. Answers the instance id. Idempotent.
 */
export async function prepareLocal(parts: EngineParts, { db, collections }: LocalToPrepare): Promise<string> {
  await parts.gone.check();
  await ensureLocalState(db, collections());
  await parts.gone.accept();
  await noteUncaptured(parts, db);
  const { instanceId } = await new InstanceStore(db, systemRandom).load();
  await parts.pauses.refresh();
  await resumeClock(parts.clock, db, collections());
  return instanceId;
}
