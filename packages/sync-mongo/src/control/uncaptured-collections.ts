import { type Collection, type Db } from 'mongodb';
import { type EngineParts } from '../engine/engine-parts.js';
import { durable } from '../local-side/local-context.js';
import { stateCollections } from '../state/state-collections.js';

interface UncapturedDocument {
  readonly _id: 'uncaptured';
  /** Collections that a process left out of sync. */
  readonly collections: readonly string[];
}

/** Stands for all: sync was switched off. */
const ALL = '*';

const _id = 'uncaptured';

const notesIn = (db: Db): Collection<UncapturedDocument> =>
  db.collection<UncapturedDocument>(stateCollections.metadata);

/**
 * Remembers, durably, which collections are left out of sync by this process, and has those compared that were left out
 * before and no longer are: what was written to them meanwhile was not captured, and no position tells of it.
 */
export async function noteUncaptured(
  { capture, pauses, options }: Pick<EngineParts, 'capture' | 'pauses' | 'options'>,
  db: Db,
): Promise<void> {
  const captured = new Set(capture.collections());
  const { collections: known = [] } = (await notesIn(db).findOne({ _id })) ?? {};
  const back = known.filter((name) => name === ALL || captured.has(name));
  for (const name of back) await (name === ALL ? pauses.markAllStale() : pauses.markStale(name));
  if (back.length > 0)
    await notesIn(db).updateOne(
      { _id },
      { $pull: { collections: { $in: back } } },
      { writeConcern: durable },
    );
  const left = [...options.exclude, ...capture.uncaptured()].filter((name) => !captured.has(name));
  await note(
    db,
    left.filter((name) => !known.includes(name)),
  );
}

/** The same for all collections of a Local that was synced before, where sync is switched off. */
export async function noteSwitchedOff(db: Db): Promise<void> {
  const wasSynced = await db
    .collection<{ _id: string }>(stateCollections.metadata)
    .findOne({ _id: 'instance' });
  if (wasSynced) await note(db, [ALL]);
}

async function note(db: Db, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await notesIn(db).updateOne(
    { _id },
    { $addToSet: { collections: { $each: [...names] } } },
    { upsert: true, writeConcern: durable },
  );
}
