import { type AtlasTombstone, type DocumentKey } from '@bomba/sync-core';
import { type MemoryDocument } from '@bomba/sync-core/memory';
import { type Actor, kill } from './actor.js';
import { toHistory, union } from './history.js';
import { type World } from './world.js';

/** What Atlas may be restored from. */
export interface AtlasBackup {
  readonly documents: ReadonlyMap<DocumentKey, MemoryDocument>;
  readonly tombstones: ReadonlyMap<DocumentKey, AtlasTombstone>;
}

/** Takes a backup of Atlas. */
export function backUpAtlas({ atlas }: World): AtlasBackup {
  return { documents: new Map(atlas.documents), tombstones: new Map(atlas.tombstones) };
}

/**
 * Puts Atlas back to its backup: every connection ends, nothing that was sent arrives any more, and each branch waits for
 * its operator. Where Local is preferred everything is judged as ever; where Atlas is, what is undone is not.
 */
export function restoreAtlas(world: World, actors: readonly Actor[], backup: AtlasBackup): void {
  world.trace('atlas restored');
  world.late.length = 0;
  for (const actor of actors) if (actor.kind === 'engine') kill(actor);
  world.atlasDocuments.replaceAll(backup.documents);
  world.atlas.tombstones.clear();
  for (const [key, tombstone] of backup.tombstones) world.atlas.tombstones.set(key, tombstone);
  for (const branch of world.branches) branch.mustChoose = true;
  if (world.scenario.restoring === 'atlas') excuseWhatIsUndone(world);
}

/**
 * Somebody deletes all documents of Atlas past bomba-sync, and the stream loses its history: no branch is shown how. No
 * engine may take that over. What was deleted, and then met on Atlas by what had not seen it, is not judged.
 */
export function wipeAtlas(world: World, actors: readonly Actor[]): void {
  world.trace('atlas wiped');
  world.late.length = 0;
  for (const actor of actors) if (actor.kind === 'engine') kill(actor);
  for (const [key, { body, stamp }] of world.atlas.documents) {
    if (stamp) world.wiped.add(stamp);
    for (const write of toHistory(body)) world.ledger.foreign.add(write);
    world.ledger.keep(key, toHistory(body));
  }
  world.atlasDocuments.replaceAll(new Map());
  for (const branch of world.branches) branch.mustCompare = true;
}

/** Whatever is neither on the restored Atlas, nor kept, nor in a document of a branch. */
function excuseWhatIsUndone({ ledger, atlas, branches }: World): void {
  const safe = union(
    ...ledger.kept.values(),
    ...[...atlas.documents.values()].map(({ body }) => toHistory(body)),
    ...branches.flatMap((branch) => branch.contents()),
  );
  for (const [write, record] of ledger.writes) {
    if (safe.has(write)) continue;
    record.acknowledged = false;
    ledger.foreign.add(write);
  }
}
