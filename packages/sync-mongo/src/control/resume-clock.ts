import { type HybridClock } from '@bomba/sync-core';
import { type Db } from 'mongodb';
import { fromBinary } from '../bson/stamp-binary.js';
import { findSplit } from '../side/read-raw.js';
import { dirtyIndex } from '../state/ensure-state.js';

/** Has a clock go on above the latest id that Local shows: ids never go back, over restarts too. */
export async function resumeClock(clock: HybridClock, db: Db, collections: readonly string[]): Promise<void> {
  for (const collection of collections) {
    const [latest] = await findSplit(
      db.collection(collection),
      { '_syncMeta.dirty': { $exists: true } },
      {
        sort: { '_syncMeta.dirty': -1 },
        hint: dirtyIndex.name,
        projection: { '_syncMeta.dirty': 1 },
        limit: 1,
      },
    );
    const id = fromBinary(latest?.meta?.['dirty']);
    if (id) clock.observe(id);
  }
}
