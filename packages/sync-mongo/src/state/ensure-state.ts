import { type Db, type IndexDescription } from 'mongodb';
import { authCodes, mongoCode } from '../errors/mongo-error-codes.js';
import { codeOf } from '../errors/map-mongo-error.js';
import { type AtlasInventory } from './atlas-inventory.js';
import { stateCollections } from './state-collections.js';

/** The index that is the outbox: dirty documents in the order of their ids. */
export const dirtyIndex = {
  name: 'bomba_sync_dirty',
  key: { '_syncMeta.dirty': 1 },
  sparse: true,
} as const satisfies IndexDescription;

/** The index of documents that a delete has marked: as good as empty, however much is dirty. */
export const markedIndex = {
  name: 'bomba_sync_marked',
  key: { '_syncMeta.deleting': 1 },
  sparse: true,
} as const satisfies IndexDescription;

/** The indexes of each synced collection on Local. */
export const syncIndexes = [dirtyIndex, markedIndex] as const;

/** One of them. */
export type SyncIndex = (typeof syncIndexes)[number];

/** The index of pending deletions. */
export const pendingIndex = { name: 'bomba_sync_pending', key: { pending: 1 }, sparse: true } as const;

/** The order in which records are listed. */
export const newestIndex = {
  name: 'bomba_sync_newest',
  key: { recordedAt: -1, _id: -1 },
} as const satisfies IndexDescription;

/** The index of refused states that are to be tried again by themselves. */
export const tryAgainIndex = {
  name: 'bomba_sync_try_again',
  key: { tryAgainAt: 1 },
  sparse: true,
} as const satisfies IndexDescription;

/** Collections and their indexes on Local; created at start, never lazily, as a transaction could not create them. */
export async function ensureLocalState(db: Db, synced: readonly string[]): Promise<void> {
  const { metadata, tombstones, conflicts, quarantine } = stateCollections;
  await ensure(db, metadata, []);
  await ensure(db, tombstones, [pendingIndex]);
  await ensure(db, quarantine, [newestIndex, tryAgainIndex]);
  await ensure(db, conflicts, [newestIndex, ...syncIndexes]);
  for (const collection of synced) await ensure(db, collection, syncIndexes);
}

/** What is wanted on Atlas. */
export interface AtlasStateWish {
  readonly synced: readonly string[];
  /** How long deletions are remembered. */
  readonly tombstoneAgeMs: number;
  /** What has just been looked at, and earlier connections have made sure of. */
  readonly inventory: AtlasInventory;
}

/** Collections and their indexes on Atlas. */
export async function ensureAtlasState(
  db: Db,
  { synced, tombstoneAgeMs, inventory }: AtlasStateWish,
): Promise<void> {
  const expiry: IndexDescription = {
    name: 'bomba_sync_expiry',
    key: { arrivedAt: 1 },
    expireAfterSeconds: Math.ceil(tombstoneAgeMs / 1000),
  };
  await ensureOnce(db, inventory, { collection: stateCollections.instances, indexes: [] });
  await ensureOnce(db, inventory, { collection: stateCollections.tombstones, indexes: [expiry] });
  await ensureOnce(db, inventory, { collection: stateCollections.conflicts, indexes: [newestIndex] });
  for (const collection of synced)
    if (!inventory.isThere(collection)) await ensureUnlessForbidden(db, collection);
}

async function ensureOnce(
  db: Db,
  inventory: AtlasInventory,
  { collection, indexes }: { readonly collection: string; readonly indexes: readonly IndexDescription[] },
): Promise<void> {
  const wanted = indexes.filter((index) => !inventory.isBuilt(collection, index));
  if (!inventory.isThere(collection)) await ensure(db, collection, wanted);
  else if (wanted.length > 0) await ensureIndexes(db, collection, wanted);
  for (const index of wanted) inventory.built(collection, index);
}

/** What this user may not write on Atlas waits there by itself: it must not keep all else from being synced. */
async function ensureUnlessForbidden(db: Db, collection: string): Promise<void> {
  try {
    await ensure(db, collection, []);
  } catch (error) {
    const code = codeOf(error);
    if (code === null || !authCodes.has(code)) throw error;
  }
}

const NAMESPACE_EXISTS = 48;

async function ensure(db: Db, collection: string, indexes: readonly IndexDescription[]): Promise<void> {
  try {
    await db.createCollection(collection);
  } catch (error) {
    if ((error as { code?: unknown }).code !== NAMESPACE_EXISTS) throw error;
  }
  if (indexes.length > 0) await ensureIndexes(db, collection, indexes);
}

async function ensureIndexes(
  db: Db,
  collection: string,
  indexes: readonly IndexDescription[],
): Promise<void> {
  try {
    await db.collection(collection).createIndexes([...indexes]);
  } catch (error) {
    // Another branch made it with other options, such as another age of tombstones: it serves all the same.
    if (!indexConflicts.has(codeOf(error))) throw error;
  }
}

/** An index of that name, or of those fields, is there already. */
const indexConflicts: ReadonlySet<number | null> = new Set([
  mongoCode.indexOptionsConflict,
  mongoCode.indexKeySpecsConflict,
]);
