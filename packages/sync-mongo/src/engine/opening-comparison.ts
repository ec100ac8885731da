import { type Db } from 'mongodb';
import { type Pauses } from '../control/pauses.js';
import { failingAs } from '../errors/map-mongo-error.js';
import { Adopted } from '../full-sync/adopted.js';
import { type FullSyncScope, type FullSyncService } from '../full-sync/full-sync-service.js';
import { type RestoreChoice, RestoredAtlas } from '../instance/restored-atlas.js';

/** What both sides are compared with before push opens. */
export interface OpeningOptions extends Pick<FullSyncScope, 'link' | 'lane' | 'hold'> {
  readonly fullSync: FullSyncService;
  readonly localDb: Db;
  /** Collections that were compared with Atlas before. */
  readonly adopted: ReadonlySet<string>;
}

/** A branch that goes on from its position has met Atlas before, whether or not it has a note of that. */
export async function adoptedBefore(
  localDb: Db,
  { collections, isComplete }: { readonly collections: readonly string[]; readonly isComplete: boolean },
): Promise<ReadonlySet<string>> {
  const adopted = new Adopted(localDb);
  const known = await failingAs('local', adopted.load());
  if (!isComplete || collections.every((collection) => known.has(collection))) return known;
  await failingAs('local', adopted.add(collections));
  return new Set(collections);
}

/** Compares both sides where there is no position of use: then no collection is stale any more. */
export async function compareAtOpening(
  pauses: Pauses,
  { fullSync, localDb, link, lane, hold, adopted }: OpeningOptions,
): Promise<void> {
  const { collections } = link;
  const compare = async (): Promise<boolean> => {
    const { isComplete } = await fullSync.run({ link, lane, hold, adopted });
    if (isComplete) await new Adopted(localDb).add(collections);
    return isComplete;
  };
  await failingAs('local', pauses.whileComparing(collections, compare));
}

/** Compares both sides by what the operator chose; a choice that is not carried out to its end is begun again. */
export async function carryOut(
  choice: RestoreChoice,
  { fullSync, link, lane, hold, localDb }: OpeningOptions,
): Promise<void> {
  const { prefer, runId } = choice;
  const scope = { link, lane, hold, fuse: false, choice: { prefer, historyLost: true } };
  await fullSync.run(scope, { id: runId });
  await new RestoredAtlas(localDb).settled(choice);
}
